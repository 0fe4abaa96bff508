import { later } from "./guard.ts";
import type { Answer } from "./transport.ts";

export type ConsentState = "pending" | "granted" | "denied";

/** What the site says, unless the visitor's own browser already said no. */
export const consentOf = (wanted: ConsentState): ConsentState =>
  (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl === true ? "denied" : wanted;

const retryMs = 10_000;

/** A withdrawal is asked again until the edge has heard it. */
export function withdraw(post: () => Promise<Answer>): void {
  void post().then(({ status, retryAfterMs }) => {
    if (!status || status === 429 || status >= 500) later(retryAfterMs || retryMs, () => withdraw(post));
  });
}
