import type { OptIn } from "../../profile/reach.ts";
import type { Word } from "../../profile/words.ts";
import type { Claim, Cleared } from "./claim.ts";
import type { Slot } from "./slots.ts";

/** What is known of one address. Instants of refusals are those of the newest. */
export interface Ledger {
  optIn?: OptIn;
  bounced?: number;
  complained?: number;
  unsubscribed?: number;
  /** Topics that nothing is wanted of, and since when. */
  topicsOff: ReadonlyMap<string, number>;
  slots: Slot[];
  people: string[];
}

export const emptyLedger: Ledger = { topicsOff: new Map(), slots: [], people: [] };

/** Clocks of servers differ by this much. */
const skewMs = 300_000;

/**
 * The ledger with this leave or refusal, if it is the newest. Between two of one instant the refusal counts. A leave of the future
 * is taken for the oldest: it would outlive every unsubscribe.
 */
export function newer(ledger: Ledger, told: OptIn, nowMs: number): Ledger {
  const isGranted = told.status === "granted";
  const optIn = isGranted && told.atMs > nowMs + skewMs ? { ...told, atMs: 0 } : told;
  const atMs = ledger.optIn?.atMs ?? -1;
  if (optIn.atMs < atMs || (optIn.atMs === atMs && (isGranted || ledger.optIn?.status === "denied"))) return ledger;
  return { ...ledger, optIn };
}

/** Whoever unsubscribes does so after all leave that is known, whatever its date. */
export function unsubscribe(ledger: Ledger, atMs: number, topic?: string): Ledger {
  const sinceMs = Math.max(atMs, ledger.optIn?.status === "granted" ? ledger.optIn.atMs : 0);
  if (topic === undefined) return { ...ledger, unsubscribed: Math.max(ledger.unsubscribed ?? 0, sinceMs) };
  const topicsOff = new Map(ledger.topicsOff).set(topic, Math.max(ledger.topicsOff.get(topic) ?? 0, sinceMs));
  return { ...ledger, topicsOff };
}

/** What the site's server told of one of those at the address. */
export function heard(ledger: Ledger, { optIn, off, on }: Pick<Word, "optIn" | "off" | "on">, nowMs: number): Ledger {
  const topicsOff = new Map(ledger.topicsOff);
  for (const topic of on) topicsOff.delete(topic);
  const left = on.length ? { ...ledger, topicsOff } : ledger;
  const granted = optIn ? newer(left, optIn, nowMs) : left;
  return off.reduce((one, topic) => unsubscribe(one, nowMs, topic), granted);
}

type Refused = Extract<Cleared, { ok: false }>;

/** Why nothing of this kind may go to the address, or undefined. */
export function refusal(
  { optIn, bounced, complained, unsubscribed, topicsOff }: Ledger,
  { purpose, topic = "", needsOptIn }: Pick<Claim, "purpose" | "topic" | "needsOptIn">,
): Refused | undefined {
  const no = (gate: Refused["gate"], text: string, suppressed?: Refused["suppressed"]): Refused => ({
    ok: false,
    gate,
    text,
    ...(suppressed && { suppressed }),
  });
  // A leave given anew lifts what was unsubscribed from before; what came back or was complained about stays.
  const holds = (atMs: number | undefined) => atMs !== undefined && !(optIn?.status === "granted" && optIn.atMs > atMs);
  const isMarketing = purpose === "marketing";
  if (bounced !== undefined) return no("suppressed", "messages to this address came back as undeliverable", "bounced");
  if (complained !== undefined && purpose !== "transactional")
    return no("suppressed", "somebody at this address complained about a message", "complained");
  if (optIn?.status === "denied") return no("no_opt_in", "somebody at this address declined messages");
  if (isMarketing && holds(unsubscribed)) return no("unsubscribed", "somebody at this address unsubscribed", "unsubscribed");
  if (isMarketing && holds(topicsOff.get(topic)))
    return no("unsubscribed", `somebody at this address unsubscribed from ${topic}`);
  if (needsOptIn && !optIn) return no("no_opt_in", "there is no opt-in for this address");
  return undefined;
}
