import { type Addressed, addressed, type Contact, type OptIn, type Reach } from "./reach.ts";
import { reachAfter, type Told } from "./told.ts";

/** What the object of an address is to hear of what the site's server tells of one of those who use it. */
export interface Word {
  channel: Addressed;
  address: string;
  optIn?: OptIn;
  /** Topics that nothing more is wanted of, and those that are wanted again. */
  off: string[];
  on: string[];
}

/**
 * What the addresses hear. Leave is for the address that there is from now on; a refusal is for the one that there was too: what it
 * answers came there.
 */
export function wordsOf(user: string, had: Reach = {}, told: Told, nowMs: number): Word[] {
  const next = reachAfter(had, told, nowMs);
  return addressed.flatMap((channel): Word[] => {
    const [before, now] = [had[channel], next[channel]];
    const [from, to] = [addressOf(user, channel, before), addressOf(user, channel, now)];
    const given = told.opt_in?.[channel];
    const optIn = given && now?.optIn;
    const refused = given?.status === "denied" ? optIn : undefined;
    const [wasOff, isOff] = [before?.topicsOff ?? [], now?.topicsOff ?? []];
    const off = isOff.filter((topic) => !wasOff.includes(topic));
    const on = wasOff.filter((topic) => !isOff.includes(topic));
    const words: Word[] = [];
    if (to !== undefined) words.push({ channel, address: to, ...(optIn && { optIn }), off: from === to ? off : isOff, on });
    if (from !== undefined && from !== to)
      words.push({ channel, address: from, ...(refused && { optIn: refused }), off, on: [] });
    return words.filter((word) => word.optIn || word.off.length || word.on.length);
  });
}

/** Push has none: its tool knows the devices of a user. What a page claims is nobody's to speak for. */
const addressOf = (user: string, channel: Addressed, contact: Contact | undefined): string | undefined =>
  channel === "push" ? user : contact?.by === "known" ? contact.address : undefined;
