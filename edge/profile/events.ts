import { bounded, type countable, keptMs, maxInstants } from "./history.ts";
import type { Profile } from "./state.ts";

/** Something a user did that no page saw: at the counter, on the telephone, in the CRM. */
export interface ServerEvent {
  /** The sender's own: counts once. */
  id: string;
  what: (typeof countable)[number] | `custom:${string}`;
  atMs: number;
  /** `contract/order.ts`, as pages tell it. */
  order?: string;
}

const maxOrders = 20;

/** An order that the server told of before a page did, or a page before the server. */
export const isToldOrder = ({ orders = {}, sessions }: Profile, order: string): boolean =>
  Object.hasOwn(orders, order) || Object.values(sessions).some(({ features }) => Object.hasOwn(features.orders ?? {}, order));

/** Counts an event at its own time, as if a page had told it. */
export function noteEvent(profile: Profile, { what, atMs, order }: ServerEvent, nowMs: number): void {
  profile.seenAtMs = Math.max(profile.seenAtMs, nowMs);
  if (order !== undefined) {
    if (isToldOrder(profile, order)) return;
    profile.orders = Object.fromEntries([...Object.entries(profile.orders ?? {}), [order, atMs]].slice(-maxOrders));
  }
  const instants = [...(profile.history?.[what] ?? []), Math.min(atMs, nowMs)].sort((a, b) => a - b);
  const kept = instants.filter((one) => nowMs - one < keptMs).slice(-maxInstants);
  if (kept.length) profile.history = bounded({ ...profile.history, [what]: kept });
}
