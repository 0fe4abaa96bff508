import { inPage } from "../../profile/reach.ts";
import type { Message } from "../schema/messages.ts";
import type { SiteFile } from "../schema/site-file.ts";
import { type Channel, channels } from "../schema/words.ts";
import type { Found, Site } from "./rule.ts";
import { listed } from "./words.ts";

const forms: Record<Channel, [key: keyof Message, example: string]> = {
  onsite: ["onsite", "onsite: { title: … }"],
  email: ["subject", "subject: …"],
  sms: ["sms", "sms: { text: … }"],
  push: ["push", "push: { title: …, body: … }"],
  chat: ["chat", "chat: { text: … }"],
  team: ["team", "team: { text: … }"],
};

export const channelsOf = (message: Message): Channel[] => channels.filter((channel) => message[forms[channel][0]] !== undefined);

const isTaken = (channel: Channel, { destinations }: SiteFile): boolean =>
  Object.values(destinations).some((to) => to.channels.includes(channel));

const untaken = (channel: Channel): string =>
  `no destination takes \`${channel}\`: add one with \`channels: [${channel}]\` under \`destinations\`, or take the channel out here`;

const shownByPage = (channel: Channel): string =>
  `no destination takes \`${channel}\`: your page is told and has to show it, as docs/sdk.md says; the library shows nothing by itself yet`;

/** A message can be said on each channel that it is to go by, and somebody takes it there. */
export function* messageForms({ file, look }: Site): Generator<Found> {
  for (const [name, { steps }] of Object.entries(look.journeys))
    for (const [i, step] of steps.entries()) {
      const message = Object.hasOwn(file.messages, step.message) ? file.messages[step.message] : undefined;
      for (const [k, channel] of step.channels.entries()) {
        const path = ["journeys", name, "steps", i, "channels", k];
        const [key, example] = forms[channel];
        if (step.channels.indexOf(channel) < k) yield { path, message: `\`${channel}\` stands in this list twice` };
        else if (!inPage.includes(channel) && !isTaken(channel, file)) yield { path, message: untaken(channel) };
        else if (message && message[key] === undefined)
          yield {
            path,
            message: `\`${step.message}\` says nothing by \`${channel}\`: give the message \`${example}\`, or take the channel out here`,
          };
        else if (!isTaken(channel, file)) yield { path, message: shownByPage(channel), warning: true };
      }
    }
  for (const [name, { message: sent }] of Object.entries(look.triggers)) {
    const message = sent && Object.hasOwn(file.messages, sent) ? file.messages[sent] : undefined;
    const by = message ? channelsOf(message) : [];
    const path = ["triggers", name, "message"];
    const shown = by.find((channel) => inPage.includes(channel) && !isTaken(channel, file));
    if (shown) yield { path, message: shownByPage(shown), warning: true };
    else if (by.length && !by.some((channel) => isTaken(channel, file)))
      yield {
        path,
        message: `no destination takes ${listed(
          by.map((c) => `\`${c}\``),
          "or",
        )}, by which \`${sent}\` could go; add one under \`destinations\``,
      };
  }
  for (const [name, message] of Object.entries(look.messages))
    if (!channelsOf(message).length)
      yield {
        path: ["messages", name],
        message: `\`${name}\` says nothing yet: give it a \`subject\` for e-mail, or \`push\`, \`sms\`, \`chat\`, \`onsite\` or \`team\``,
      };
}
