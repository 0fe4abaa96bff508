import { leastReviewMs } from "../compile-journeys.ts";
import type { layers } from "../schema/journeys.ts";
import { inPage } from "../schema/words.ts";
import type { Found, Site } from "./rule.ts";
import { span } from "./words.ts";

const minute = 60_000;
const hour = 60 * minute;

/** When a step of a layer may be due, counted from the entry. */
export const layerWindows: Record<(typeof layers)[number], { from: number; to: number }> = {
  immediate: { from: 0, to: 15 * minute },
  "re-engagement": { from: hour, to: 4 * hour },
  reinforcement: { from: 4 * hour, to: 24 * hour },
};

/** A page that showed a message in the last instant has so long to say so. */
const pageReport = minute / 2;

/** What a step says must go together. */
export function* steps({ look }: Site): Generator<Found> {
  for (const [name, { steps: all }] of Object.entries(look.journeys))
    for (const [i, step] of all.entries()) {
      const at = ["journeys", name, "steps", i];
      const { channels, after, before = layerWindows[step.layer].to, fallback_on, fallback_within, review } = step;

      if (fallback_on.length && channels.length < 2)
        yield {
          path: [...at, "fallback_on"],
          message: `there is nothing to fall back on: \`channels\` has only \`${channels[0]}\`; add a second channel, or take \`fallback_on\` out`,
        };
      if (fallback_within !== undefined && !fallback_on.length)
        yield {
          path: [...at, "fallback_within"],
          message: "`fallback_within` says how long to wait for an outcome; say which by `fallback_on`",
        };
      const unreachable = fallback_on.indexOf("unreachable");
      if (unreachable >= 0 && fallback_within === undefined && channels.length > 1)
        yield {
          path: [...at, "fallback_on", unreachable],
          message:
            "without `fallback_within` nobody is `unreachable` before the step is over, and the next channel never gets its turn; say how long one may stay silent, like `fallback_within: 5m`",
        };
      const report = unreachable >= 0 && channels.slice(0, -1).some((channel) => inPage.includes(channel)) ? pageReport : 0;
      if (fallback_within !== undefined && fallback_within + report >= before - after)
        yield {
          path: [...at, "fallback_within"],
          message: `the step is of use for ${span(before - after)}, so waiting ${span(fallback_within)}${report ? `, and ${span(report)} for the page to say that it showed it,` : ""} leaves no time for the next channel; write less`,
        };
      const noAgent = fallback_on.indexOf("no_agent");
      if (noAgent >= 0 && !channels.includes("chat"))
        yield { path: [...at, "fallback_on", noAgent], message: "`no_agent` comes from a chat, and `channels` has none" };

      if (!review) continue;
      const time = Math.min(before, review.by);
      if (time <= leastReviewMs)
        yield {
          path: [...at, "review"],
          message: `nobody reviews a message within ${span(time)}: a review needs a window of more than ${span(leastReviewMs)}; take it out here`,
        };
      else if (review.by > before)
        yield {
          path: [...at, "review", "by"],
          message: `the review may take ${span(review.by)}, and the step is of use for ${span(before)} only; write at most ${span(before)}`,
        };
    }
}
