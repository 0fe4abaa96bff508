import type { Band } from "../../contract/moment-life.ts";
import { bandOf } from "../../contract/moment-life.ts";
import type { SiteFile } from "../../edge/site/schema/site-file.ts";
import type { Story } from "./rehearse.ts";

/** Nothing but sums, by name: so what several workers counted is added up. */
export interface Sums {
  [name: string]: number | Sums;
}

export type Counts<Of> = Record<string, Of>;

/** What a trigger led to. People count once, `sent` and `not_sent` are messages. */
export interface OfTrigger {
  entered: number;
  sessions: number;
  people: number;
  /** By step, then channel. */
  sent: Counts<Counts<number>>;
  /** By gate. */
  not_sent: Counts<number>;
  /** Ways in that led nowhere, by gate. */
  not_entered: Counts<number>;
}

/** A week under one file. */
export interface Tally {
  people: number;
  sessions: number;
  /** Sessions whose best moment reaches the band. */
  now: number;
  later: number;
  kinds: Counts<{ now: number; later: number; any: number }>;
  /** Sessions by the whole points of their best score, "0" to "10". */
  histogram: Counts<number>;
  triggers: Counts<OfTrigger>;
  /** People who get at least one message. */
  reached: number;
  messages: number;
  /** Of them those by channels that only vendors take, which no edge can send to yet. */
  messages_without_adapter: number;
  /** People by how many messages they get. */
  messages_per_person: Counts<number>;
}

const toGet = <T>(all: Counts<T>, key: string, made: T): T => {
  all[key] ??= made;
  return all[key];
};
const count = (all: Counts<number>, key: string): void => {
  all[key] = (all[key] ?? 0) + 1;
};

export const noTrigger = (): OfTrigger => ({ entered: 0, sessions: 0, people: 0, sent: {}, not_sent: {}, not_entered: {} });

export const emptyTally = ({ triggers }: Pick<SiteFile, "triggers">): Tally => ({
  people: 0,
  sessions: 0,
  now: 0,
  later: 0,
  kinds: {},
  histogram: Object.fromEntries(Array.from({ length: 11 }, (_, points) => [String(points), 0])),
  triggers: Object.fromEntries(Object.keys(triggers).map((name) => [name, noTrigger()])),
  reached: 0,
  messages: 0,
  messages_without_adapter: 0,
  messages_per_person: {},
});

/** Adds one person's story, in place. */
export function countStory(
  into: Tally,
  { bands, destinations }: Pick<SiteFile, "bands" | "destinations">,
  { scores, lines }: Story,
): void {
  into.people++;
  for (const kinds of scores.values()) {
    into.sessions++;
    const best = Math.max(0, ...kinds.values());
    count(into.histogram, String(Math.floor(best)));
    countBand(into, bandOf(best, bands));
    for (const [kind, score] of kinds) {
      const of = toGet(into.kinds, kind, { now: 0, later: 0, any: 0 });
      of.any++;
      countBand(of, bandOf(score, bands));
    }
  }
  countLines(into, lines);
  const takers = Object.values(destinations).filter(({ url }) => url);
  for (const { what, channel } of lines)
    if (what === "sent" && !isOnPage(channel) && !takers.some(({ channels }) => channels.some((taken) => taken === channel)))
      into.messages_without_adapter++;
}

/** What no tool takes is shown by the page itself. */
const isOnPage = (channel: string | undefined): boolean => channel === "onsite" || channel === "chat";

function countBand(into: { now: number; later: number }, band: Band): void {
  if (band === "now") into.now++;
  if (band !== "none") into.later++;
}

function countLines(into: Tally, lines: Story["lines"]): void {
  const sessions = new Set<string>();
  for (const { what, trigger = "", session, step = "", channel = "", gate = "" } of lines) {
    const of = toGet(into.triggers, trigger, noTrigger());
    if (what === "entered") {
      of.entered++;
      if (!sessions.has(`${trigger} ${session}`)) of.sessions++;
      sessions.add(`${trigger} ${session}`);
    } else if (what === "sent") count(toGet(of.sent, step, {}), channel);
    else if (what === "not_sent" || what === "expired") count(of.not_sent, gate);
    else if (what === "not_entered") count(of.not_entered, gate);
  }
  const sent = lines.filter(({ what }) => what === "sent");
  for (const trigger of reachedBy(lines)) toGet(into.triggers, trigger, noTrigger()).people++;
  if (sent.length) into.reached++;
  into.messages += sent.length;
  count(into.messages_per_person, String(sent.length));
}

/** The triggers that sent this person anything. */
export const reachedBy = (lines: Story["lines"]): Set<string> =>
  new Set(lines.flatMap(({ what, trigger }) => (what === "sent" && trigger ? [trigger] : [])));

/** What two counted, name by name. */
export function added<T extends object>(a: T, b: T): T {
  const sums: Sums = { ...(a as Sums) };
  for (const [name, more] of Object.entries(b as Sums)) {
    const had = sums[name];
    if (typeof more === "number") sums[name] = (typeof had === "number" ? had : 0) + more;
    else sums[name] = added(typeof had === "object" ? had : {}, more);
  }
  return sums as T;
}

/** The least number of messages that `share` of the people who get any stay within. */
export function messagesWithin({ messages_per_person, reached }: Tally, share: number): number {
  let left = reached * share;
  for (const [messages, people] of Object.entries(messages_per_person)) {
    if (messages === "0") continue;
    left -= people;
    if (left <= 0) return Number(messages);
  }
  return 0;
}
