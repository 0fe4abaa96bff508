import type { Purpose } from "../../site/schema/words.ts";
import type { Claim } from "./claim.ts";

/** A message that went to an address. */
export interface Slot {
  id: string;
  purpose: Purpose;
  /** Of the newest attempt. */
  atMs: number;
  /** Until when it is remembered: as long as a cap counts it, and as long as it may be attempted. */
  untilMs: number;
}

export type Taken = { ok: true; slots: Slot[]; had: boolean } | { ok: false; gate: "address_cap" | "budget"; text: string };

const day = 86_400_000;
/** No message is attempted for longer (`outbox/retry.ts`). */
const attemptedForMs = 4 * day;
/** A row may be 2 MB. */
const maxSlots = 5000;

export const slotsAt = (slots: readonly Slot[], nowMs: number): Slot[] => slots.filter(({ untilMs }) => untilMs > nowMs);

/**
 * A place for this message among those that went here, or why there is none. It counts from its newest attempt: that is when it
 * may arrive.
 */
export function take(
  slots: readonly Slot[],
  { messageId, purpose, caps, mayBegin }: Pick<Claim, "messageId" | "purpose" | "caps" | "mayBegin">,
  nowMs: number,
): Taken {
  const others = slots.filter(({ id }) => id !== messageId);
  const had = others.length < slots.length;
  for (const { max, perMs, purposes } of caps) {
    const counted = others.filter((slot) => purposes.includes(slot.purpose) && nowMs - slot.atMs < perMs).length;
    if (counted >= max) return full(`this address has had ${counted} of ${max} in ${Math.round(perMs / 3_600_000)} h`);
  }
  if (others.length >= maxSlots) return full(`this address has had ${maxSlots} messages of late`);
  if (!had && !mayBegin) return { ok: false, gate: "budget", text: "the site has sent as many as it may for now" };
  const untilMs = nowMs + Math.max(attemptedForMs, ...caps.map(({ perMs }) => perMs));
  return { ok: true, had, slots: [...others, { id: messageId, purpose, atMs: nowMs, untilMs }] };
}

const full = (text: string): Taken => ({ ok: false, gate: "address_cap", text });
