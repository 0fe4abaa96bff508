import { afterLeavingMs, type Explained, type ExplainedMoments, riseExplained, scoreMoment } from "../../contract/evidence.ts";
import { type Facts, factsOf } from "../../contract/facts.ts";
import { emptyFeatures, type Features, fold } from "../../contract/features.ts";
import { type Band, bandOf, maxPerKind, reaches, type Scoring } from "../../contract/moment-life.ts";
import { type MomentKind, paceMs } from "../../contract/moments.ts";
import type { Signal } from "../../contract/signals.ts";
import { type Ack, type Batch, type Context, limits, take } from "../../contract/wire.ts";
import type { Browser, Place } from "../ingest/place.ts";
import { type History, note } from "./history.ts";
import { type KnownItem, noteItems, noteWishes } from "./items.ts";
import { answerOf, type PageAnswer } from "./onsite.ts";
import { isToldOrder, withOrder } from "./orders.ts";
import type { PushSubscription, Reach } from "./reach.ts";
import type { Journeyed, Offered } from "./run.ts";
import { noteClaim } from "./told.ts";
import { claim, type Traits } from "./traits.ts";

/** What the edge has of one session. */
export interface Session {
  startedAtMs: number;
  seenAtMs: number;
  /** What to add to this session's client times to get the edge's. */
  skewMs: number;
  features: Features;
  moments: ExplainedMoments;
  /** Trigger and moment that met already: an enrolment happens once. */
  enrolled: string[];
  /** The site's word for why the latest payment was refused. */
  failureCode?: string;
}

/** What a page that was left will have become at `atMs`, by the visitor's clock, if nothing follows; `dueAtMs` by the edge's. */
interface Watch {
  session: string;
  page: string;
  atMs: number;
  dueAtMs: number;
}

/** One person's object, as one JSON row. */
export interface Profile extends Journeyed {
  v: 1;
  site: string;
  /** The only name of this person that leaves the edge. */
  person: string;
  /** Number of the newest message. Starts at the second of creation, so that one erased and come back repeats no id. */
  seq: number;
  seenAtMs: number;
  context: Context;
  streams: Record<string, Ack & { session: string; atMs: number }>;
  sessions: Record<string, Session>;
  watches: Watch[];
  firstAtMs?: number;
  /** Where and by what the latest batch came. */
  place?: Place;
  browser?: Browser;
  traits?: Traits;
  history?: History | undefined;
  /** What the pages told of products, by product, the newest last. */
  items?: [id: string, KnownItem][];
  /** Products on the wish list, the newest first. */
  wishes?: string[];
  /** The id that the site's server vouches for; only a `u:` object has one. */
  user?: string;
  /** How this person may be written to. */
  reach?: Reach;
  /** Devices that take web pushes. */
  subscriptions?: PushSubscription[];
  /** What shares and arms are worked out from, where it is not `person`: it survives a merge, so that nobody changes arms. */
  subject?: string;
  /** Whether this person is held out, as decided when it first mattered. */
  holdout?: { out: boolean; atMs: number };
  /** Visitors whose past was taken over, by the ids of their objects, and when. */
  visitors?: Record<string, number>;
  /** Orders that a page or the site's server told of, and when they were made. */
  orders?: Record<string, number>;
  /** What the site's server says, before what a browser does. */
  told?: { language?: string; time_zone?: string; country?: string };
  /** How often quiet hours went by the site's clock, because no such zone exists as this person's was said to be. */
  zoneFallbacks?: number;
  /** When the ids of events that count no more were last deleted. */
  eventsPrunedAtMs?: number;
  /** When what was told last was said: a token that was made before tells nothing. */
  toldAtMs?: number;
  /** Messages that the page is offered with every reply until it shows one or its time is over, oldest first. */
  onsite?: Offered[];
  /** When the visitor took back the consent under which all this was seen: nothing is begun until a page brings it again. */
  withdrawnAtMs?: number;
}

/** A moment that rose just now, and the session it belongs to. */
export interface Risen {
  moment: Explained;
  session: string;
  /** When it became known. */
  receivedAtMs: number;
}

/** `followed`: messages whose link brought the visitor here, by their ids. `answers`: what the page says of those it was offered. */
export type Taken =
  | { ok: true; ack: Ack; risen: Risen[]; followed: string[]; answers: PageAnswer[] }
  | { ok: false; status: 409 | 422 | 429; detail: string; pointer?: string };

/** One in use, and those whose last signals come late. */
export const maxSessions = 4;
export const maxWatches = 16;
/** A page's first flush comes within 2 s, and has a way to go. */
const flushMs = 3000;
/** A clock this far off is wrong; less is the network. */
export const skewToleranceMs = 10_000;

export const newProfile = (site: string, person: string, nowMs: number): Profile => ({
  v: 1,
  site,
  person,
  seq: Math.floor(nowMs / 1000),
  seenAtMs: nowMs,
  context: {},
  streams: {},
  sessions: {},
  watches: [],
  runs: [],
  firstAtMs: nowMs,
});

/** After another signal of the same page these alone make no score higher. */
const raisesNothing: ReadonlySet<Signal["kind"]> = new Set(["click", "identify", "custom"]);

/** Takes a batch whole, in place, or refuses it and changes nothing. Signals seen before count once. */
export function takeBatch(
  profile: Profile,
  batch: Batch,
  receivedAtMs: number,
  {
    scoring,
    awaited,
    file,
  }: { scoring: Scoring; awaited: readonly MomentKind[]; file: { traits: object; identity: { claimed_addresses: boolean } } },
): Taken {
  const fresh = freshSignals(profile, batch, receivedAtMs);
  if (!fresh.ok) return fresh;
  profile.seenAtMs = receivedAtMs;
  const isNew = !Object.hasOwn(profile.streams, batch.stream);
  profile.streams[batch.stream] = { ...fresh.ack, session: batch.session.id, atMs: receivedAtMs };
  if (batch.context) Object.assign(profile.context, batch.context);

  const offMs = receivedAtMs - batch.sent_at;
  const session = sessionOf(profile, batch);
  // Once, and again for a session that was forgotten meanwhile: one slow batch must not move all that was told before.
  if (isNew || !session.seenAtMs) session.skewMs = Math.abs(offMs) > skewToleranceMs ? offMs : 0;
  session.seenAtMs = receivedAtMs;
  const risen: Risen[] = [];
  const followed: string[] = [];
  let scored: string | undefined;
  for (const signal of fresh.signals) {
    const atMs = Math.min(signal.at + session.skewMs, receivedAtMs);
    const order = signal.kind === "purchase" ? signal.order : undefined;
    const isKnownOrder = order !== undefined && isToldOrder(profile, order);
    if (!isKnownOrder) profile.history = note(profile.history, signal, session.features, atMs, receivedAtMs);
    if (order !== undefined && !isKnownOrder) profile.orders = withOrder(profile, order, atMs);
    if (signal.kind === "identify") profile.traits = claim(profile.traits, signal.traits, file.traits);
    if (signal.kind === "contact" && file.identity.claimed_addresses) noteClaim(profile, signal, atMs);
    if (signal.kind === "payment_failed") session.failureCode = signal.code ?? "";
    if ("items" in signal) {
      const items = new Map(profile.items);
      noteItems(items, signal, atMs, session.features.pages[signal.page]?.view?.url);
      profile.items = [...items];
      noteWishes(profile, signal);
    }
    if (signal.kind === "page_view" && signal.message !== undefined) followed.push(signal.message);
    fold(session.features, signal, batch.stream);
    if (signal.page === scored && raisesNothing.has(signal.kind)) continue;
    scored = signal.page;
    for (const moment of riseExplained(session.moments, session.features, signal.page, signal.at, scoring))
      risen.push({ moment, session: batch.session.id, receivedAtMs });
  }
  if (awaited.length) watch(profile, batch.session.id, session, offMs, scoring, awaited);
  return { ok: true, ack: fresh.ack, risen, followed, answers: fresh.signals.flatMap(answerOf) };
}

type Fresh = { ok: true; ack: Ack; signals: Signal[] } | Extract<Taken, { ok: false }>;

function freshSignals(profile: Profile, batch: Batch, nowMs: number): Fresh {
  const had = Object.hasOwn(profile.streams, batch.stream) ? profile.streams[batch.stream] : undefined;
  if (had && had.session !== batch.session.id)
    return { ok: false, status: 422, detail: "a stream belongs to one session", pointer: "/session/id" };
  if (!had && !hasRoom(profile, nowMs)) return { ok: false, status: 429, detail: "too many streams of this visitor" };
  return placeSignals(batch.signals, had);
}

/** The signals not taken before, in their order, and the acknowledgement with them; or why the batch cannot be placed in its stream. */
export function placeSignals(all: readonly Signal[], had: Ack = { mark: 0, ranges: [] }): Fresh {
  const ack: Ack = { mark: had.mark, ranges: had.ranges.map(([from, to]) => [from, to]) };
  const signals: Signal[] = [];
  for (const [i, signal] of all.entries()) {
    if (signal.n > ack.mark + limits.nAhead)
      return { ok: false, status: 422, detail: "is too far ahead of what was taken before", pointer: `/signals/${i}/n` };
    const taken = take(ack, signal.n);
    if (taken === "full") return { ok: false, status: 409, detail: "too many gaps in this stream; start a new one" };
    if (taken === "taken") signals.push(signal);
  }
  signals.sort((a, b) => a.at - b.at || a.n - b.n);
  return { ok: true, ack, signals };
}

function hasRoom(profile: Profile, nowMs: number): boolean {
  if (Object.keys(profile.streams).length < limits.streams) return true;
  const old = Object.entries(profile.streams).filter(([, stream]) => nowMs - stream.atMs > limits.streamAgeMs);
  for (const [id] of old) delete profile.streams[id];
  return old.length > 0;
}

/** Those that something still goes on in go last. */
export function dropOldestSession({ sessions, runs, pending = [] }: Profile): void {
  const seenAtMs = (id: string) => sessions[id]?.seenAtMs ?? 0;
  const inUse = new Set([...runs.filter(({ endedAtMs }) => endedAtMs === undefined), ...pending].map(({ session }) => session));
  const ids = Object.keys(sessions);
  const idle = ids.filter((id) => !inUse.has(id));
  delete sessions[(idle.length ? idle : ids).reduce((a, b) => (seenAtMs(b) < seenAtMs(a) ? b : a))];
}

function sessionOf(profile: Profile, batch: Batch): Session {
  const had = Object.hasOwn(profile.sessions, batch.session.id) ? profile.sessions[batch.session.id] : undefined;
  if (had) return had;
  if (Object.keys(profile.sessions).length >= maxSessions) dropOldestSession(profile);
  const features = emptyFeatures(batch.session.number);
  const session: Session = { startedAtMs: batch.session.started_at, seenAtMs: 0, skewMs: 0, features, moments: {}, enrolled: [] };
  profile.sessions[batch.session.id] = session;
  return session;
}

/**
 * The page that was left last is looked at again when time alone would make it a moment, or a stronger one, with nothing more to
 * come: no batch would say so. By the edge's clock, to the ms and with time for the next page's first flush, so that nobody is
 * taken for gone who is still on the way.
 */
function watch(
  profile: Profile,
  id: string,
  { features, moments }: Session,
  offMs: number,
  { pageOf, bands, averageOrder, weights }: Scoring,
  awaited: readonly MomentKind[],
): void {
  profile.watches = profile.watches.filter(({ session }) => session !== id);
  const leftAtMs = (page: string) => features.pages[page]?.leftAtMs ?? 0;
  const [first = "", ...others] = Object.keys(features.pages);
  const page = others.reduce((a, b) => (leftAtMs(b) > leftAtMs(a) ? b : a), first);
  const device = features.pages[page]?.view?.device;
  if (!leftAtMs(page) || !device) return;
  let facts: Facts | undefined;
  for (const kind of awaited) {
    if (Object.values(moments).filter((moment) => isAnother(moment, page, kind)).length >= maxPerKind) continue;
    let had: Band | undefined = moments[`${page}/${kind}`]?.band;
    for (const afterMs of afterLeavingMs[kind]?.(paceMs(device)) ?? []) {
      const atMs = leftAtMs(page) + afterMs;
      // While the visitor is on another page nothing is left to time.
      if (facts?.goneMs !== 0) facts = factsOf(features, page, pageOf, atMs, averageOrder);
      const score = facts ? scoreMoment(kind, facts, weights) : 0;
      const band = bandOf(score, bands);
      if (!score || (had && reaches(had, band))) continue;
      had = band;
      profile.watches.push({ session: id, page, atMs, dueAtMs: Math.max(profile.seenAtMs, atMs + offMs) + flushMs });
    }
  }
  profile.watches.splice(0, Math.max(0, profile.watches.length - maxWatches));
}

const isAnother = (moment: Explained, page: string, kind: MomentKind): boolean =>
  moment.kind === kind && moment.page !== page && moment.band !== "none";

/** Settles the watches that are due and returns the moments that opened. */
export function settleWatches(profile: Profile, nowMs: number, scoring: Scoring): Risen[] {
  const due = profile.watches.filter((w) => w.dueAtMs <= nowMs).sort((a, b) => a.atMs - b.atMs);
  profile.watches = profile.watches.filter((w) => w.dueAtMs > nowMs);
  return due.flatMap(({ session: id, page, atMs }) => {
    const session = profile.sessions[id];
    if (!session) return [];
    return riseExplained(session.moments, session.features, page, atMs, scoring).map((moment) => ({
      moment,
      session: id,
      receivedAtMs: nowMs,
    }));
  });
}

const maxRowChars = 500_000;

/** The profile as its row. A row may be 2 MB: whoever fills it loses the sessions that came first. */
export function profileText(profile: Profile): string {
  const text = JSON.stringify(profile);
  if (text.length <= maxRowChars || Object.keys(profile.sessions).length < 2) return text;
  dropOldestSession(profile);
  return profileText(profile);
}
