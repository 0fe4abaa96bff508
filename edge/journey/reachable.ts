import { type Addressed, type Contact, isAddressed } from "../profile/reach.ts";
import type { Profile } from "../profile/state.ts";
import type { Message } from "../site/schema/messages.ts";
import type { Channel } from "../site/schema/words.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { by, channelNames } from "./channel-words.ts";

/** Why a channel leads nowhere. `waits`: what is missing may still come. */
export interface Unreached {
  gate: string;
  text: string;
  waits: boolean;
}

const missing = {
  email: "no e-mail address of this person is known",
  sms: "no phone number of this person is known",
  push: "no device of this person may be pushed to",
};

/** Why a message may not be said to this person by this channel, wherever they are; undefined where it may. */
export function unreached(
  { file }: Pick<SiteConfig, "file">,
  { user, reach = {}, subscriptions }: Pick<Profile, "user" | "reach" | "subscriptions">,
  channel: Channel,
  message: Pick<Message, "purpose" | "topic" | "offer">,
): Unreached | undefined {
  if (channel === "team") return undefined;
  const contact = isAddressed(channel) ? reach[channel] : undefined;
  const isClaimed = contact?.by === "claimed";
  if (isAddressed(channel)) {
    if (!contact || !(channel === "push" ? user : contact.address)) return waiting("unreachable", missing[channel]);
    if (channel === "push" && subscriptions?.length === 0 && isPushedByUs(file)) return waiting("unreachable", missing.push);
    if (isClaimed && (channel === "push" || !file.identity.claimed_addresses))
      return waiting("unverified_address", `only a browser told the ${channel === "sms" ? "phone number" : "e-mail address"}`);
  }
  if (message.offer && (user === undefined || isClaimed))
    return waiting("offer", "an offer is only for somebody whom the site itself knows");
  return isAddressed(channel) && contact ? refused(channel, contact, message) : undefined;
}

/** Other tools know the devices of a user themselves. */
const isPushedByUs = ({ destinations }: SiteConfig["file"]): boolean =>
  Object.values(destinations).find(({ channels }) => channels.includes("push"))?.vendor === "webpush";

function refused(
  channel: Addressed,
  { optIn, suppressed, topicsOff = [] }: Contact,
  { purpose, topic }: Pick<Message, "purpose" | "topic">,
): Unreached | undefined {
  const isMarketing = purpose === "marketing";
  if (suppressed === "complained" && purpose !== "transactional")
    return never("suppressed", `complained about a message ${by(channel)}`);
  if (suppressed === "unsubscribed" && isMarketing) return never("unsubscribed", `unsubscribed from marketing ${by(channel)}`);
  if (suppressed === "bounced") return never("suppressed", `messages ${by(channel)} came back as undeliverable`);
  if (optIn?.status === "denied") return never("no_opt_in", `declined messages ${by(channel)}`);
  if (isMarketing && topic !== undefined && topicsOff.includes(topic)) return never("unsubscribed", `unsubscribed from ${topic}`);
  if ((isMarketing || channel === "push") && !optIn)
    return waiting("no_opt_in", `there is no opt-in for ${channelNames[channel]}`);
  return undefined;
}

const waiting = (gate: string, text: string): Unreached => ({ gate, text, waits: true });
const never = (gate: string, text: string): Unreached => ({ gate, text, waits: false });
