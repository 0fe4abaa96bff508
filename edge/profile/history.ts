import type { Features } from "../../contract/features.ts";
import type { Signal } from "../../contract/signals.ts";

/**
 * What a person did, that conditions count: by kind, or by a name of the site's own, the latest instants by the edge's clock, oldest
 * first. `custom:NAME` is what pages told, `server:NAME` what the site's server did: many names of the one leave those of the other.
 */
export type History = Record<string, number[]>;

export const countable = [
  "view_item",
  "add_to_wishlist",
  "add_to_cart",
  "remove_from_cart",
  "view_cart",
  "begin_checkout",
  "payment_failed",
  "coupon_refused",
  "purchase",
  "search",
  "form_submit",
  "offer_declined",
] as const satisfies readonly Signal["kind"][];

export const keptDays = 30;
export const keptMs = keptDays * 86_400_000;
export const maxInstants = 20;
const maxCustom = 8;
const custom = "custom:";
const fromServer = "server:";

/** Under which name a signal counts; undefined where it does not. */
function nameOf(signal: Signal): string | undefined {
  if (signal.kind === "custom") return custom + signal.name;
  if (signal.kind === "form_submit" && signal.failed) return undefined;
  return (countable as readonly string[]).includes(signal.kind) ? signal.kind : undefined;
}

/**
 * The history with a signal that was taken for the first time and is not folded yet. Most people have none.
 * @param features of its session: an order told of again is not another one
 */
export function note(
  had: History | undefined,
  signal: Signal,
  features: Features,
  atMs: number,
  nowMs: number,
): History | undefined {
  const name = nameOf(signal);
  if (!name || (signal.kind === "purchase" && Object.hasOwn(features.orders ?? {}, signal.order ?? signal.page))) return had;
  const history = { ...had };
  const instants = [...(history[name] ?? []), atMs].sort((a, b) => a - b);
  history[name] = instants.filter((one) => nowMs - one < keptMs).slice(-maxInstants);
  if (!history[name]?.length) delete history[name];
  return bounded(history);
}

/** Of the site's own names the most recent are kept, of each teller's. */
export function bounded(history: History): History {
  for (const teller of [custom, fromServer]) {
    const own = Object.keys(history).filter((one) => one.startsWith(teller));
    own.sort((a, b) => (history[b]?.at(-1) ?? 0) - (history[a]?.at(-1) ?? 0));
    for (const name of own.slice(maxCustom)) delete history[name];
  }
  return history;
}

/** When it was done, whoever told it. */
export function instantsOf(history: History, name: string): readonly number[] {
  const told = history[name] ?? [];
  const more = name.startsWith(custom) ? history[fromServer + name.slice(custom.length)] : undefined;
  return more ? [...told, ...more].sort((a, b) => a - b) : told;
}

/** What one person did by two names. */
export function joined(a: History = {}, b: History = {}, nowMs: number): History | undefined {
  const history: History = {};
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const instants = [...(a[name] ?? []), ...(b[name] ?? [])].filter((atMs) => nowMs - atMs < keptMs).sort((x, y) => x - y);
    if (instants.length) history[name] = instants.slice(-maxInstants);
  }
  return Object.keys(history).length ? bounded(history) : undefined;
}

/** How often within this time, up to `maxInstants` of each teller. */
export const countOf = (history: History, name: string, withinMs: number, nowMs: number): number =>
  instantsOf(history, name).filter((atMs) => nowMs - atMs < withinMs).length;

/** Ms since the last time; infinite where there was none, or too long ago to be kept. */
export function sinceMs(history: History, name: string, nowMs: number): number {
  const ms = nowMs - (instantsOf(history, name).at(-1) ?? -Infinity);
  return ms < keptMs ? Math.max(0, ms) : Infinity;
}
