import type { Step } from "../site/compile-journeys.ts";
import type { Run } from "./run.ts";
import type { Walk } from "./walk.ts";

/** What held a step until it was too late. */
const texts: Record<string, string> = {
  unreachable: "nothing was known by which this person is reached until it was too late",
  unverified_address: "nobody but a browser had told an address until it was too late",
  no_opt_in: "there was no opt-in until it was too late",
  offer: "the site did not know this person until it was too late",
  offer_code: "the site could not be asked for the offer until it was too late",
  on_site: "the visitor was on the site until it was too late",
  quiet_hours: "the quiet hours lasted until it was too late",
  checkout: "the visitor may have been paying until it was too late",
  too_soon: "it would have come too soon after the message before it",
};

export function expire(walk: Walk, run: Run, { id, message }: Step, gate = "expiry"): void {
  const why = texts[gate] ?? "it was too late";
  walk.sayOf(run, "expired", `"${message}" not sent: ${why}`, { step: id, message, gate });
}
