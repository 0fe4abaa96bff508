import { bounded, type countable, keptMs, maxInstants } from "./history.ts";
import { noteCoupon } from "./offers.ts";
import { isToldOrder, withOrder } from "./orders.ts";
import type { Profile } from "./state.ts";

/** Something a user did that no page saw: at the counter, on the telephone, in the CRM. */
export interface ServerEvent {
  /** The sender's own: counts once. */
  id: string;
  what: (typeof countable)[number] | `server:${string}`;
  atMs: number;
  /** `contract/order.ts`, as pages tell it. */
  order?: string;
  /** Of a purchase: the code that was typed in. */
  coupon?: string;
}

/** Counts an event at its own time, as if a page had told it. */
export function noteEvent(profile: Profile, { what, atMs, order, coupon }: ServerEvent, nowMs: number): void {
  profile.seenAtMs = Math.max(profile.seenAtMs, nowMs);
  const doneAtMs = Math.min(atMs, nowMs);
  if (coupon !== undefined) noteCoupon(profile, coupon, doneAtMs);
  if (what === "purchase" && order !== undefined) {
    if (isToldOrder(profile, order)) return;
    profile.orders = withOrder(profile, order, doneAtMs);
  }
  const instants = [...(profile.history?.[what] ?? []), doneAtMs].sort((a, b) => a - b);
  const kept = instants.filter((one) => nowMs - one < keptMs).slice(-maxInstants);
  if (kept.length) profile.history = bounded({ ...profile.history, [what]: kept });
}
