import { meant, nearest } from "../../decide/conditions/nearest.ts";
import { countable } from "../../profile/history.ts";
import type { Message } from "../schema/messages.ts";
import { channelsOf } from "./forms.ts";
import type { Found, Site } from "./rule.ts";
import { layerWindows } from "./steps.ts";
import { span } from "./words.ts";

const sold = ["email", "sms", "push"];

/** What may go out as often as it comes, and what comes too late to count. */
export function* limits({ file, look }: Site): Generator<Found> {
  for (const [name, { re_entry, message, journey = "" }] of Object.entries(look.triggers)) {
    if (re_entry !== "always") continue;
    const steps = (Object.hasOwn(file.journeys, journey) && file.journeys[journey]?.steps) || [];
    const text = message && Object.hasOwn(file.messages, message) ? [file.messages[message] as Message] : [];
    const sends = [
      ...text.map((one) => [one, channelsOf(one)] as const),
      ...steps.map((one) => [file.messages[one.message], one.channels] as const),
    ];
    const uncapped = sends.some(
      ([one, channels]) =>
        one?.purpose === "marketing" &&
        channels.some(
          (channel) =>
            sold.includes(channel) &&
            !file.limits.cap.some((cap) => cap.channels.includes(channel) && cap.purposes.includes("marketing")),
        ),
    );
    if (uncapped)
      yield {
        path: ["triggers", name],
        onKey: true,
        message:
          "this may write to the same person again and again: nothing under `limits.cap` holds it back, and `re_entry` is always; write `re_entry: { after: 7d }`, or a cap",
        warning: true,
      };
  }
  for (const [name, { goal, steps }] of Object.entries(look.journeys)) {
    const last = steps.findIndex(
      ({ after, from, layer }) => goal && Math.max(after, layerWindows[layer].from) >= goal.within && from !== "left",
    );
    const meantEvent = goal && !countable.some((one) => one === goal.event) && nearest(goal.event, countable);
    if (meantEvent)
      yield {
        path: ["journeys", name, "goal", "event"],
        message: `\`${goal.event}\` is reached only if your pages track it by that name${meant(meantEvent)}`,
        warning: true,
      };
    if (goal && last >= 0)
      yield {
        path: ["journeys", name, "goal", "within"],
        message: `the step \`${steps[last]?.id}\` comes when the goal no longer counts: it has ${span(goal.within)} from the entry; write more`,
        warning: true,
      };
  }
}
