import { limits } from "../../contract/wire.ts";
import { joined } from "./history.ts";
import { maxItems, maxWishes } from "./items.ts";
import { crowdOut } from "./onsite.ts";
import { joinedOrders } from "./orders.ts";
import { asRun, maxPending, type Run, type Sent } from "./run.ts";
import type { Snapshot } from "./snapshot.ts";
import { dropOldestSession, maxSessions, maxWatches, type Profile } from "./state.ts";

export interface Merging {
  /** The visitor's object. */
  visitor: string;
  /** The id under which a message of the visitor left. */
  messageId: (seq: number) => string;
  /** The group and the strength of a trigger, while the site file has it. */
  rankOf: (trigger: string) => { group: string; priority: number } | undefined;
  nowMs: number;
}

/**
 * Takes over what is known of a visitor into the user that they turned out to be. What was seen adds up; what was decided stays
 * decided; where both decided, the user's word holds.
 * @returns the messages, under numbers of the user's, the runs that gave way to another, and the numbers of messages that no page has
 * room for
 */
export function merge<Row extends { seq: number }>(
  user: Profile,
  { profile: from, rows }: Snapshot<Row>,
  { visitor, messageId, rankOf, nowMs }: Merging,
): { rows: (Row & { id: string })[]; ended: Run[]; crowdedOut: number[] } {
  const numbers = new Map<number, number>();
  const renumbered = <T extends { seq: number; id?: string }>(one: T): T & { id: string } => {
    const seq = numbers.get(one.seq) ?? ++user.seq;
    numbers.set(one.seq, seq);
    return { ...one, seq, id: one.id ?? messageId(one.seq) };
  };
  const isNewer = from.seenAtMs > user.seenAtMs;

  // Before anything of the visitor's counts as the user's own.
  const hasDecided = user.holdout !== undefined || user.runs.length > 0 || (user.sent ?? []).length > 0;
  user.subject ??= hasDecided ? user.person : (from.subject ?? from.person);
  setOr(user, "holdout", user.holdout ?? from.holdout);

  user.context = isNewer ? { ...user.context, ...from.context } : { ...from.context, ...user.context };
  setOr(user, "place", isNewer ? (from.place ?? user.place) : (user.place ?? from.place));
  setOr(user, "browser", isNewer ? (from.browser ?? user.browser) : (user.browser ?? from.browser));
  user.firstAtMs = Math.min(user.firstAtMs ?? nowMs, from.firstAtMs ?? nowMs);
  user.seenAtMs = Math.max(user.seenAtMs, from.seenAtMs);
  // The user's own marks are never given up for those of a visitor: what they cover must not be taken again.
  for (const [id, { atMs }] of Object.entries(user.streams)) if (nowMs - atMs > limits.streamAgeMs) delete user.streams[id];
  const room = Math.max(0, limits.streams - Object.keys(user.streams).length);
  user.streams = { ...newest(from.streams, ({ atMs }) => atMs, room), ...user.streams };
  user.sessions = { ...from.sessions, ...user.sessions };
  const orders = joinedOrders(user, from);
  setOr(user, "history", joined(user.history, orders.history, nowMs));
  setOr(user, "orders", orders.orders);
  if (from.items) user.items = itemsOf(user.items, from.items);
  if (from.wishes) user.wishes = [...new Set([...from.wishes, ...(user.wishes ?? [])])].slice(0, maxWishes);
  const claimed = isNewer
    ? { ...user.traits?.claimed, ...from.traits?.claimed }
    : { ...from.traits?.claimed, ...user.traits?.claimed };
  if (Object.keys(claimed).length) user.traits = { ...user.traits, claimed };
  if (from.reach) user.reach = { ...from.reach, ...user.reach };

  if (from.zoneFallbacks) user.zoneFallbacks = (user.zoneFallbacks ?? 0) + from.zoneFallbacks;
  user.entries = latest(user.entries, from.entries);
  setOr(user, "recoveredAtMs", later(user.recoveredAtMs, from.recoveredAtMs));
  setOr(user, "reviewsUntilMs", later(user.reviewsUntilMs, from.reviewsUntilMs));
  user.sent = inOrder(user.sent, (from.sent ?? []).map(renumbered));
  user.withheld = inOrder(user.withheld, from.withheld);
  if (from.onsite) user.onsite = [...(user.onsite ?? []), ...from.onsite.map(renumbered)];
  const crowdedOut = crowdOut(user);
  const taken = new Set(user.runs.map(({ id }) => id));
  const runs = from.runs.map((run) => ({
    ...asRun(run),
    id: taken.has(run.id) ? renamed(run.id, visitor) : run.id,
    handed: run.handed.map(renumbered),
  }));
  user.runs = [...user.runs, ...runs];
  const ended = overtaken(user.runs, rankOf);
  for (const run of ended) end(run, "replaced", nowMs);
  if (from.pending) user.pending = [...(user.pending ?? []), ...from.pending].slice(0, maxPending);
  while (Object.keys(user.sessions).length > maxSessions) dropOldestSession(user);
  user.watches = [...user.watches, ...from.watches].filter(({ session }) => user.sessions[session]).slice(-maxWatches);
  if (user.pending) user.pending = user.pending.filter(({ session }) => user.sessions[session]);
  user.visitors = { ...user.visitors, [visitor]: nowMs };
  return { rows: rows.map(renumbered), ended, crowdedOut };
}

/** What a run of a visitor's is called where the user has one of that name. */
const renamed = (run: string, visitor: string): string => `${run}_${visitor.slice(0, 8)}`;

/** What a run is called now that was told of by this name when it was a visitor's. */
export function runOfVisitor(runs: readonly Run[], run: string, visitor: string | undefined): string {
  const other = visitor === undefined ? run : renamed(run, visitor);
  return runs.some(({ id }) => id === other) ? other : run;
}

/** Ends a run from outside the engine: nothing more comes of it. */
export function end(run: Run, exit: string, nowMs: number): void {
  run.endedAtMs ??= nowMs;
  run.exit = exit;
  delete run.wakeAtMs;
  run.fallbacks = [];
  run.handed = run.handed.map((one) => ({ ...one, left: [] }));
}

/** Of runs in one group, or of one journey, the strongest stays, and of equals the one that began first. */
function overtaken(runs: readonly Run[], rankOf: Merging["rankOf"]): Run[] {
  const strength = (run: Run) => rankOf(run.trigger)?.priority ?? -1;
  const running = runs
    .filter(({ endedAtMs }) => endedAtMs === undefined)
    .sort((a, b) => strength(b) - strength(a) || a.enteredAtMs - b.enteredAtMs);
  const kept: Run[] = [];
  return running.filter((run) => {
    const group = rankOf(run.trigger)?.group;
    const isOvertaken = kept.some(
      (other) => other.journey === run.journey || (group !== undefined && rankOf(other.trigger)?.group === group),
    );
    if (!isOvertaken) kept.push(run);
    return isOvertaken;
  });
}

function setOr<K extends keyof Profile>(profile: Profile, key: K, value: Profile[K] | undefined): void {
  if (value !== undefined) profile[key] = value as Profile[K];
}

const later = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

function latest(a: Record<string, number> = {}, b: Record<string, number> = {}): Record<string, number> {
  const both = { ...a };
  for (const [name, atMs] of Object.entries(b)) both[name] = Math.max(both[name] ?? 0, atMs);
  return both;
}

const inOrder = (a: readonly Sent[] = [], b: readonly Sent[] = []): Sent[] => [...a, ...b].sort((x, y) => x.atMs - y.atMs);

function newest<T>(all: Record<string, T>, atMs: (one: T) => number, max: number): Record<string, T> {
  const entries = Object.entries(all);
  if (entries.length <= max) return all;
  return Object.fromEntries(entries.sort(([, a], [, b]) => atMs(b) - atMs(a)).slice(0, max));
}

type Items = NonNullable<Profile["items"]>;

/** The newest word on each product. */
function itemsOf(a: Items = [], b: Items): Items {
  const all = [...a, ...b].sort(([, x], [, y]) => x.atMs - y.atMs);
  const known = new Map<string, Items[number][1]>();
  for (const [id, item] of all) {
    const was = known.get(id);
    known.delete(id);
    known.set(id, { ...was, ...item });
  }
  return [...known].slice(-maxItems);
}
