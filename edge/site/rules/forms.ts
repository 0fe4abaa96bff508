import type { Message } from "../schema/messages.ts";
import type { SiteFile } from "../schema/site-file.ts";
import { type Channel, channels, inPage } from "../schema/words.ts";
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
      }
    }
  for (const [name, { message: sent }] of Object.entries(look.triggers)) {
    const message = sent && Object.hasOwn(file.messages, sent) ? file.messages[sent] : undefined;
    const by = message ? channelsOf(message) : [];
    const path = ["triggers", name, "message"];
    if (by.length && !by.some((channel) => inPage.includes(channel) || isTaken(channel, file)))
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
