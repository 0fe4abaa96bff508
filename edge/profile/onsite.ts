import type { Signal } from "../../contract/signals.ts";
import type { OnsiteMessage } from "../../contract/wire.ts";
import type { Offered } from "./run.ts";

interface Audience {
  onsite?: Offered[];
}

/** What the page said of a message. */
export interface PageAnswer {
  what: "shown" | "clicked" | "dismissed";
  message: string;
}

const said = { message_shown: "shown", message_clicked: "clicked", message_dismissed: "dismissed" } as const;

export const answerOf = (signal: Signal): PageAnswer[] =>
  signal.kind === "message_shown" || signal.kind === "message_clicked" || signal.kind === "message_dismissed"
    ? [{ what: said[signal.kind], message: signal.message }]
    : [];

/** A page that was offered a message just in time may show it, and takes a while to say so. */
const reportMs = 30_000;
/** Of one person, however many rules think of something to say. */
const maxOffered = 10;
const maxInReply = 3;

/** @returns whether there was room for it */
export function offer(profile: Audience, offered: Omit<Offered, "overAtMs">): boolean {
  const { onsite = [] } = profile;
  if (onsite.length >= maxOffered) return false;
  profile.onsite = [...onsite, { ...offered, overAtMs: offered.expiresAtMs + reportMs }];
  return true;
}

/** Of what two objects had to show only as much stays as one may have: what may be shown longest. @returns the numbers of the others */
export function crowdOut(profile: Audience): number[] {
  if (!profile.onsite) return [];
  const all = profile.onsite.toSorted((a, b) => a.overAtMs - b.overAtMs);
  const others = all.splice(0, Math.max(0, all.length - maxOffered)).map(({ seq }) => seq);
  profile.onsite = profile.onsite.filter(({ seq }) => !others.includes(seq));
  return others;
}

/** @returns whether it was on offer */
export function takeBack(profile: Audience, seq: number): boolean {
  const had = profile.onsite ?? [];
  const left = had.filter((one) => one.seq !== seq);
  if (left.length) profile.onsite = left;
  else delete profile.onsite;
  return left.length < had.length;
}

/** What a reply carries, the oldest first. */
export const inReply = (all: readonly Offered[] = [], nowMs: number): OnsiteMessage[] =>
  all
    .filter(({ expiresAtMs }) => nowMs < expiresAtMs)
    .slice(0, maxInReply)
    .map(({ body }) => JSON.parse(body) as OnsiteMessage);
