import type { Destination, Message } from "../site/schema/messages.ts";
import { type Channel, inPage } from "../site/schema/words.ts";
import { by, channelNames } from "./channel-words.ts";
import { isOnSite } from "./presence.ts";
import { type Unreached, unreached } from "./reachable.ts";
import type { Walk } from "./walk.ts";

/** A channel that reaches the person, and who takes the message: a destination, or the page itself. */
export interface Way {
  channel: Channel;
  to: string;
  destination: Destination | undefined;
}

type Shut = Unreached & { channel: Channel };

/** By which of these channels a message can be said to this person now, in their order, and why not by the others. */
export function waysTo(walk: Walk, channels: readonly Channel[], message: Message): { open: Way[]; shut: Shut[] } {
  const open: Way[] = [];
  const shut: Shut[] = [];
  for (const channel of channels) {
    const way = wayBy(walk, channel, message);
    if ("gate" in way) shut.push({ channel, ...way });
    else open.push(way);
  }
  return { open, shut };
}

function wayBy({ config, profile, presence, nowMs }: Walk, channel: Channel, message: Message): Way | Unreached {
  const isInPage = inPage.includes(channel);
  if (isInPage && !isOnSite(presence, nowMs)) return { gate: "unreachable", text: "the visitor has left the site", waits: false };
  const taker = config.takers.find(([, { channels }]) => channels.includes(channel));
  if (!taker && !isInPage)
    return Object.values(config.file.destinations).some(({ channels }) => channels.includes(channel))
      ? { gate: "no_adapter", text: `there is no adapter yet for what takes messages ${by(channel)}`, waits: false }
      : { gate: "unreachable", text: `no destination takes messages ${by(channel)}`, waits: false };
  const [to, destination] = taker ?? ["page", undefined];
  return unreached(config, profile, channel, message) ?? { channel, to, destination };
}

/** Why some channels are not used, for people. */
export const whyNot = (shut: readonly Shut[]): string =>
  shut.length === 1 ? (shut[0] as Shut).text : shut.map(({ channel, text }) => `${channelNames[channel]}: ${text}`).join("; ");
