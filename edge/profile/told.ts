import type { Contact as ContactSignal, Properties } from "../../contract/signals.ts";
import { emailAddress, phoneNumber } from "./address.ts";
import { type Addressed, addressed, type Contact, type OptIn, type PushSubscription, type Reach } from "./reach.ts";
import type { Profile } from "./state.ts";

/** Somebody's leave to be written to, or their refusal, as a site's server tells it. */
export interface ToldOptIn {
  status: "granted" | "denied";
  /** Epoch ms. */
  at: number;
  source: string;
  proof?: string;
}

/** What a site's server says of a user, in a token or by the server API. What is left out stays as it was. */
export interface Told {
  traits?: Properties;
  /** Normalised; `null` takes it away. */
  email?: string | null;
  phone?: string | null;
  language?: string;
  time_zone?: string;
  country?: string;
  opt_in?: Partial<Record<Addressed, ToldOptIn>>;
  /** All topics of which nothing is wanted any more, by any channel. */
  topics_off?: string[];
  /** All devices that take web pushes. */
  push_subscriptions?: PushSubscription[];
}

/**
 * Takes what the site's server says as known.
 * @param declared the traits of the site file: others are dropped
 */
export function noteTold(profile: Profile, told: Told, declared: object, nowMs: number): void {
  const { traits = {}, language, time_zone, country, push_subscriptions } = told;
  if (push_subscriptions) profile.subscriptions = push_subscriptions;
  const some = Object.entries(traits).filter(([name]) => Object.hasOwn(declared, name));
  if (some.length) profile.traits = { ...profile.traits, known: { ...profile.traits?.known, ...Object.fromEntries(some) } };
  if (language || time_zone || country)
    profile.told = {
      ...profile.told,
      ...(language && { language }),
      ...(time_zone && { time_zone }),
      ...(country && { country }),
    };
  const reach = reachAfter(profile.reach, told, nowMs);
  if (Object.keys(reach).length) profile.reach = reach;
  else delete profile.reach;
}

/** How somebody is reached once this is told. */
export function reachAfter(had: Reach = {}, told: Told, nowMs: number): Reach {
  const contacts = addressed.flatMap((channel) => {
    const contact = contactOf(channel, had[channel], told, nowMs);
    return contact ? [[channel, contact]] : [];
  });
  return Object.fromEntries(contacts) as Reach;
}

/** An address that a page told: where nothing is known, and until something is. */
export function noteClaim(profile: Profile, { email, phone, opt_in }: ContactSignal, atMs: number): void {
  const reach = { ...profile.reach };
  const claims = {
    email: email === undefined ? undefined : emailAddress(email),
    sms: phone === undefined ? undefined : phoneNumber(phone),
  };
  for (const channel of ["email", "sms"] as const) {
    const address = claims[channel];
    if (address === undefined || reach[channel]?.by === "known") continue;
    reach[channel] = { by: "claimed", address, ...(opt_in && { optIn: { status: "granted", atMs, source: "page" } }) };
  }
  if (Object.keys(reach).length) profile.reach = reach;
}

function contactOf(channel: Addressed, had: Contact | undefined, told: Told, nowMs: number): Contact | undefined {
  const address = { email: told.email, sms: told.phone, push: undefined }[channel];
  const given = inTime(told.opt_in?.[channel], nowMs);
  // Another address is another mailbox: what was said of the one before does not hold for it. Nor is leave that the server tells of
  // meant for an address that only a page told.
  const isOther = address === null || (address !== undefined && had?.address !== undefined && had.address !== address);
  const kept = isOther || (given && had?.by === "claimed") ? undefined : had;
  const { atMs = -1, datedAtMs = atMs } = kept?.optIn ?? {};
  const isNewer = given && given.at > (given.status === "granted" ? Math.max(atMs, datedAtMs) : atMs);
  const isDenied = given?.status === "denied" && given.at === atMs;
  const optIn = isNewer || isDenied ? optInOf(given, datedAtMs, nowMs) : kept?.optIn;
  const topicsOff = told.topics_off ?? had?.topicsOff;
  const known = address ?? kept?.address;
  if (known === undefined && !optIn && !topicsOff?.length) return undefined;
  // Leave that is told once more is no new leave: it lifts no refusal that came since.
  const isLifted = isNewer && given.status === "granted" && kept?.suppressed === "unsubscribed";
  return {
    by: address !== undefined || given ? "known" : (kept?.by ?? "known"),
    ...(known !== undefined && { address: known }),
    ...(optIn && { optIn }),
    ...(topicsOff?.length && { topicsOff }),
    ...(kept?.suppressed && !isLifted && { suppressed: kept.suppressed }),
  };
}

/** Of another machine's clock. */
const clockMs = 5 * 60_000;

/** Leave that is dated into the future would outlive every refusal: it counts as the oldest. */
const inTime = (given: ToldOptIn | undefined, nowMs: number): ToldOptIn | undefined =>
  given?.status === "granted" && given.at > nowMs + clockMs ? { ...given, at: 0 } : given;

/**
 * Leave counts from when it was told, where its date is still to come: it lifts no refusal that came since. Its date is kept, so that
 * the same leave told again is not taken for another.
 */
function optInOf({ status, at, source, proof }: ToldOptIn, hadDatedAtMs: number, nowMs: number): OptIn {
  const atMs = status === "granted" ? Math.min(at, nowMs) : at;
  const datedAtMs = Math.max(at, hadDatedAtMs);
  return { status, atMs, source, ...(proof && { proof }), ...(datedAtMs > atMs && { datedAtMs }) };
}

/** What is known of a user, as their site's server may see it. */
export interface Known {
  user: string;
  traits: Properties;
  /** By channel: whether there is an address, and leave to write to it. */
  reach: Partial<Record<Addressed, { address: boolean; opt_in: "granted" | "denied" | "unknown" }>>;
}

export function knownOf({ person, traits, reach = {} }: Profile): Known {
  const contacts = (Object.entries(reach) as [Addressed, Contact][]).filter(([, { by }]) => by === "known");
  return {
    user: person,
    traits: traits?.known ?? {},
    reach: Object.fromEntries(
      contacts.map(([channel, { address, optIn }]) => [
        channel,
        { address: address !== undefined, opt_in: optIn?.status ?? "unknown" },
      ]),
    ),
  };
}

/** What was told, in one sentence without a value. */
export function toldText({ traits = {}, opt_in = {}, topics_off, ...rest }: Told): string {
  const words: Record<string, string> = { email: "e-mail address", phone: "phone number", time_zone: "time zone" };
  const all = [
    ...Object.keys(traits),
    ...Object.entries(rest).map(([key, value]) => (value === null ? `no ${words[key] ?? key}` : (words[key] ?? key))),
    ...Object.entries(opt_in).map(([channel, { status }]) => `opt-in for ${channel === "email" ? "e-mail" : channel} ${status}`),
    ...(topics_off ? ["topics that are not wanted"] : []),
  ];
  return all.length ? `the site's server told: ${all.join(", ")}` : "the site's server told nothing new";
}
