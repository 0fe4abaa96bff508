import { type Channel, inPage } from "../schema/words.ts";
import { channelsOf } from "./forms.ts";
import type { Found, Site } from "./rule.ts";
import { listed } from "./words.ts";

export const isOnPage = (channel: Channel): boolean => inPage.includes(channel);

/** Kinds that are seen only when the visitor has gone. */
export const goneKinds: readonly string[] = ["cart_abandon", "bounce"];

/** What is shown on the page needs somebody on the page. */
export function* presence({ file, look }: Site): Generator<Found> {
  for (const [name, { on, journey = "", enter = {}, message = "", band }] of Object.entries(look.triggers)) {
    const gone = on.every((kind) => goneKinds.includes(kind));
    const steps = (Object.hasOwn(file.journeys, journey) && file.journeys[journey]?.steps) || [];
    for (const [band, id] of gone ? Object.entries(enter) : []) {
      const step = steps.find((one) => one.id === id);
      if (step?.channels.every(isOnPage))
        yield {
          path: ["triggers", name, "enter", band],
          message: `nobody is there to see it: \`${on.join("`, `")}\` is noticed when the person has gone, and \`${id}\` is shown on the page; enter at a step that goes by e-mail, sms or push`,
        };
    }
    const sent = Object.hasOwn(file.messages, message) ? file.messages[message] : undefined;
    const by = sent ? channelsOf(sent) : [];
    const why = gone
      ? `\`${on.join("`, `")}\` is noticed when the person has gone`
      : band === "later" && "`band: later` sends an hour later";
    if (why && by.length && by.every(isOnPage))
      yield {
        path: ["triggers", name, "message"],
        message: `nobody is there to see it: ${why}, and \`${message}\` is said by ${listed(by.map((channel) => `\`${channel}\``))} only, on the page; give it a \`subject\` too, for e-mail${gone ? "" : ", or write `band: now`"}`,
      };
  }
  for (const [name, { steps }] of Object.entries(look.journeys))
    for (const [i, { channels, from, hold_while }] of steps.entries()) {
      if (!channels.every(isOnPage)) continue;
      const at = ["journeys", name, "steps", i];
      if (hold_while === "on_site")
        yield {
          path: [...at, "hold_while"],
          message: "what is said on the page cannot wait until the person has left; take `hold_while` out, or write `none`",
        };
      if (from === "left")
        yield {
          path: [...at, "from"],
          message: `nobody is there to see it: \`${channels.join("`, `")}\` needs the person on the page, and \`from: left\` counts from when the person has gone; write \`from: moment\``,
        };
    }
}
