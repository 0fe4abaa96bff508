import { type Making, noteMaking } from "../profile/offers.ts";
import type { Message, Offer } from "../site/schema/messages.ts";
import type { Channel } from "../site/schema/words.ts";
import { ago } from "./ago.ts";
import { shareOf } from "./arms.ts";
import type { Gate } from "./gates.ts";
import { costOf, worthOf } from "./offer-worth.ts";
import type { Run, Sending } from "./run.ts";
import type { Walk } from "./walk.ts";

/** What the site is asked before an offer is made that it counts. */
export interface Asks {
  /** Why an offer cannot be had, by its name: the answers. */
  lacking: Readonly<Record<string, string>>;
  /** The offers to ask for. */
  asked: Set<string>;
}

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `person` is once and for all. */
function onceMs({ once_per }: Offer): number {
  const [, count, unit = ""] = /\/(\d+)(.)$/.exec(once_per) ?? [];
  return count === undefined ? Infinity : Number(count) * (unitMs[unit] ?? 0);
}

/** Of what somebody holds: how often it is given, and to whom, may change meanwhile. */
function termsOf({ budget: _budget, once_per: _often, valid_for: _until, during_checkout: _when, ...terms }: Offer): number {
  return shareOf(JSON.stringify(terms));
}

/** An offer goes to whom it is for, and once. */
export const offerHad: Gate = ({ config: { file }, profile, parcel: { channel, message, of, seq }, nowMs }) => {
  const name = message.offer ?? "";
  const offer = channel !== "team" && Object.hasOwn(file.offers, name) ? file.offers[name] : undefined;
  if (!offer) return [];
  const { value, isAll } = worthOf(profile, of.session, offer);
  if (isAll) return { gate: "offer", text: `the offer "${name}" is not for what is in the cart` };
  if (value < offer.min_cart) return { gate: "offer", text: `the offer "${name}" is for carts from ${offer.min_cart} on` };
  const had = profile.offers?.[name];
  if (!had) return [];
  const isOnce = nowMs < had.atMs + onceMs(offer);
  if (isOnce && had.usedAtMs !== undefined) return { gate: "offer_once", text: `has used the offer "${name}"` };
  if (seq !== undefined && had.said.includes(seq)) return [];
  if (nowMs < had.untilMs)
    return had.terms === termsOf(offer)
      ? []
      : { gate: "offer", text: `holds the offer "${name}" as it was before the site changed it` };
  return isOnce && had.said.length
    ? { gate: "offer_once", text: `has had the offer "${name}" ${ago(nowMs - had.atMs)} ago` }
    : [];
};

/**
 * The offer of a message as this person holds it, or as it is made now; or why it cannot be had. Undefined where the site must be asked
 * first: for a code, or whether so many may be made. Who only rehearses asks nobody.
 */
export function offerFor(
  { config: { file }, profile, nowMs, asks }: Walk,
  { session }: Run,
  channel: Channel,
  { offer: id = "" }: Message,
): Pick<Sending, "making" | "offer"> | { lacks: string } | undefined {
  const offer = channel !== "team" && Object.hasOwn(file.offers, id) ? file.offers[id] : undefined;
  if (!offer) return {};
  const cost = costOf(profile, session, offer, file.currency);
  const had = profile.offers?.[id];
  if (had && nowMs < had.untilMs) return { making: had, offer: { id, cost } };
  if (asks && (offer.code?.pool || offer.budget)) {
    const lacks = asks.lacking[id];
    if (lacks !== undefined) return { lacks };
    asks.asked.add(id);
    return undefined;
  }
  const making = makingOf(offer, { atMs: nowMs, untilMs: nowMs + offer.valid_for });
  return { making: noteMaking(profile, id, making), offer: { id, cost } };
}

/** With a code from a pool, or else the one for everybody, if there is one. */
export function makingOf(offer: Offer, { code = offer.code?.fixed, ...when }: Pick<Making, "atMs" | "untilMs" | "code">): Making {
  return { ...when, ...(code !== undefined && { code }), terms: termsOf(offer), said: [] };
}
