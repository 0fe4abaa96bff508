import { type Facts, factsOf } from "../../contract/facts.ts";
import { type Moment, reaches } from "../../contract/moment-life.ts";
import type { Context } from "../../contract/wire.ts";
import type { Profile, Risen, Session } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import type { ConditionFacts } from "./conditions.ts";

/** One thing to hand to one destination. Instants are the edge's. */
export interface Decision extends Risen {
  type: "message.send" | "moment.detected";
  destination: string;
  trigger?: string;
  pageType: string;
  momentAtMs: number;
  dueAtMs: number;
  expiresAtMs: number;
}

type Instants = Omit<Decision, "type" | "destination" | "trigger">;

interface Window {
  afterMs: number;
  beforeMs: number;
}

const minute = 60_000;
/** A message of the band `now` is of use for a quarter of an hour; one of `later` is due in an hour and of use for four. */
const windows = { now: { afterMs: 0, beforeMs: 15 * minute }, later: { afterMs: 60 * minute, beforeMs: 240 * minute } };
const reportBeforeMs = 24 * 60 * minute;

/** What follows from the moments that rose: enrols in `profile`, and leaves out what is already too late. */
export function decide(config: SiteConfig, profile: Profile, risen: readonly Risen[], nowMs: number): Decision[] {
  const { pageOf, averageOrder } = config.scoring;
  return risen
    .flatMap((one) => {
      const session = profile.sessions[one.session];
      const facts = session && factsOf(session.features, one.moment.page, pageOf, one.moment.atMs, averageOrder);
      const at = instants(one, session, facts, nowMs);
      const sent = session && facts ? messages(config, profile.context, one, session, facts, at) : [];
      return [...sent, ...reports(config, one, at)];
    })
    .filter((d) => d.expiresAtMs > nowMs);
}

function messages(
  config: SiteConfig,
  context: Context,
  { moment }: Risen,
  session: Session,
  facts: Facts,
  at: (window: Window) => Instants,
): Decision[] {
  if (moment.band === "none") return [];
  let told: ConditionFacts | undefined;
  const decisions: Decision[] = [];
  for (const { name, on, when, band, message } of config.triggers) {
    if (!on.includes(moment.kind) || !reaches(moment.band, band)) continue;
    const enrolment = `${name} ${moment.page}/${moment.kind}`;
    if (session.enrolled.includes(enrolment)) continue;
    told ??= conditionFacts(moment, session, facts, context);
    if (!holds(when, told)) continue;
    const channel = config.file.messages[message]?.channel;
    const destination = Object.entries(config.file.destinations).find(([, d]) => channel && d.channels.includes(channel))?.[0];
    if (!destination) continue;
    session.enrolled.push(enrolment);
    decisions.push({ ...at(windows[band]), type: "message.send", destination, trigger: name });
  }
  return decisions;
}

/** A condition that fails on these facts does not hold; it never takes the batch with it. */
function holds(when: (facts: ConditionFacts) => boolean, facts: ConditionFacts): boolean {
  try {
    return when(facts);
  } catch {
    return false;
  }
}

const reports = (config: SiteConfig, { moment }: Risen, at: (window: Window) => Instants): Decision[] =>
  (config.subscribers.get(moment.kind) ?? []).map((destination) => ({
    ...at({ afterMs: 0, beforeMs: reportBeforeMs }),
    type: "moment.detected",
    destination,
  }));

/** Where and when a moment was, and, for a window after it, when what follows is due and too late. */
function instants(risen: Risen, session: Session | undefined, facts: Facts | undefined, nowMs: number) {
  const momentAtMs = Math.min(risen.moment.atMs + (session?.skewMs ?? 0), nowMs);
  const pageType = facts?.type ?? "other";
  return ({ afterMs, beforeMs }: Window): Instants => ({
    ...risen,
    pageType,
    momentAtMs,
    dueAtMs: momentAtMs + afterMs,
    expiresAtMs: momentAtMs + beforeMs,
  });
}

function conditionFacts(moment: Moment, session: Session, facts: Facts, context: Context): ConditionFacts {
  return {
    score: moment.score,
    moment: { kind: moment.kind, band: moment.band, score: moment.score },
    page: {
      type: facts.type,
      key: facts.key,
      dwell_s: facts.dwellMs / 1000,
      depth: facts.depth,
      clicks: BigInt(facts.clicks),
    },
    session: {
      views: BigInt(facts.views),
      number: BigInt(session.features.number),
      duration_s: Math.max(0, session.features.lastAtMs - session.startedAtMs) / 1000,
      products: BigInt(facts.products),
      comparing: facts.backAndForth || facts.products > 1,
    },
    cart: {
      count: BigInt(Math.round(facts.cart)),
      value: facts.cartValue,
      currency: facts.currency,
      margins: [...new Set(facts.cartItems.flatMap(({ margin }) => margin ?? []))],
    },
    checkout: { active: facts.paying && !facts.orders, payment_failures: BigInt(facts.refusals) },
    context: { device: facts.device, language: context.language ?? "" },
  };
}
