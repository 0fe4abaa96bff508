import type { Handed } from "../profile/run.ts";
import type { Profile } from "../profile/state.ts";
import type { Step } from "../site/compile-journeys.ts";
import type { Message } from "../site/schema/messages.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { shareOf } from "./arms.ts";
import type { Run } from "./run.ts";

export type Verdict = NonNullable<Run["review"]>;

/** Another one for each step and text that a reviewer could look at. */
export function markOf({ file }: SiteConfig, step: Step, message: Message | undefined): number {
  const offer = message?.offer === undefined ? undefined : file.offers[message.offer];
  return shareOf(JSON.stringify([step, message, offer]));
}

/** Why a step goes by its `else` though its time to be reviewed is not over. */
export const noRoom = "too much waits for this site's reviewers already";

/** A message that is held, and that the site was not told of yet. */
export const isUnasked = ({ review }: Handed): boolean => review !== undefined && !review.asked && !review.said;

/** Whether the site may have to be told of something: for a quick look after each decision. */
export const mayAsk = ({ runs }: Profile): boolean =>
  runs.some(
    ({ reviewOf, review, reviewAsked, handed }) => (reviewOf !== undefined && !review && !reviewAsked) || handed.some(isUnasked),
  );

/** Whether a reviewer saw and approved these very texts, as a step of the journey. */
export const isApproved = ({ review, reviewTexts }: Run, texts: readonly string[]): boolean =>
  review === "approved" && reviewTexts === shareOf(...texts);

/** Why a message that waits for a reviewer may not go out: not yet, or never. */
export function heldBack({ review, expiresAtMs }: Handed): { gate: string; text: string; untilMs?: number } | undefined {
  if (!review || review.said === "approved") return undefined;
  if (review.said === undefined) return { gate: "voice", text: review.why, untilMs: expiresAtMs };
  return { gate: "review", text: review.said === "rejected" ? "a reviewer rejected it" : noRoom };
}
