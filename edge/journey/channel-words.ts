import type { Channel } from "../site/schema/words.ts";

/** Channels, for people. */
export const channelNames: Record<Channel, string> = {
  onsite: "on the page",
  email: "e-mail",
  sms: "SMS",
  push: "push",
  chat: "chat",
  team: "to the team",
};

/** How a message goes. */
export const by = (channel: Channel): string =>
  channel === "onsite" || channel === "team" ? channelNames[channel] : `by ${channelNames[channel]}`;

/** What went. */
export const messageBy: Record<Channel, string> = {
  onsite: "the message on the page",
  email: "the e-mail",
  sms: "the SMS",
  push: "the push message",
  chat: "the chat message",
  team: "the message to the team",
};
