import type { OptOut } from "../../feedback/opt-out.ts";
import { by } from "../../journey/channel-words.ts";
import { heed } from "../../journey/heed.ts";
import type { Line } from "../../journey/run.ts";
import { type Addressed, addressed, type Contact } from "../../profile/reach.ts";
import type { Profile } from "../../profile/state.ts";
import type { SiteConfig } from "../../site/site-config.ts";

/** The weakest first: none gives way to one before it. */
const strengths = ["unsubscribed", "complained", "bounced"];
const strengthOf = (why: string | undefined): number => (why === undefined ? -1 : strengths.indexOf(why));

/**
 * What an address wants no more of, for one of those who use it: kept with how they are reached, and an end to their journeys that
 * end so.
 * @returns undefined where this person is not at that address, or has known before
 */
export function silenced(
  config: SiteConfig,
  profile: Profile,
  { address, why, topic }: OptOut,
  nameOf: (site: string, channel: Addressed, address: string) => string,
  nowMs: number,
): Line[] | undefined {
  const { site, user, reach = {} } = profile;
  const channel = addressed.find((one) => {
    const at = one === "push" ? user : reach[one]?.address;
    return at !== undefined && nameOf(site, one, at) === address;
  });
  const contact = channel && reach[channel];
  if (!contact || !isNews(contact, why, topic)) return undefined;
  if (why === "unsubscribed" && topic !== undefined) contact.topicsOff = [...(contact.topicsOff ?? []), topic];
  else contact.suppressed = why;
  const line: Line = { atMs: nowMs, what: "reported", channel, text: textOf(channel, why, topic) };
  if (why === "bounced") return [line];
  const about = why === "unsubscribed" && topic !== undefined ? { topic } : {};
  return [line, ...heed(config, profile, { what: "unsubscribed", ...about }, nowMs)];
}

function textOf(channel: Addressed, why: OptOut["why"], topic: string | undefined): string {
  if (why === "bounced") return `nothing more goes out ${by(channel)}: the address takes nothing`;
  if (why === "complained") return `nothing that is not owed goes out ${by(channel)} any more: somebody there complained`;
  return `no more ${topic === undefined ? "advertising" : `"${topic}"`} goes out ${by(channel)}: somebody there unsubscribed`;
}

const isNews = ({ suppressed, topicsOff = [] }: Contact, why: OptOut["why"], topic: string | undefined): boolean =>
  why === "unsubscribed" && topic !== undefined ? !topicsOff.includes(topic) : strengthOf(why) > strengthOf(suppressed);
