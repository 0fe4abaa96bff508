import { factsOf } from "../../contract/facts.ts";
import { reaches } from "../../contract/moment-life.ts";
import type { Profile, Risen } from "../profile/state.ts";
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

const minute = 60_000;
/** A message of the band `now` is of use for a quarter of an hour; one of `later` is due in an hour and of use for four. */
const windows = { now: { afterMs: 0, beforeMs: 15 * minute }, later: { afterMs: 60 * minute, beforeMs: 240 * minute } };
const reportBeforeMs = 24 * 60 * minute;

/** What follows from the moments that rose: enrols in `profile`, and leaves out what is already too late. */
export function decide(config: SiteConfig, profile: Profile, risen: readonly Risen[], nowMs: number): Decision[] {
  return risen
    .flatMap((one) => [...messages(config, profile, one, nowMs), ...reports(config, profile, one, nowMs)])
    .filter((d) => d.expiresAtMs > nowMs);
}

function messages(config: SiteConfig, profile: Profile, risen: Risen, nowMs: number): Decision[] {
  const { moment } = risen;
  const session = profile.sessions[risen.session];
  if (!session || moment.band === "none") return [];
  let facts: ConditionFacts | undefined;
  const decisions: Decision[] = [];
  for (const { name, on, when, band, message } of config.triggers) {
    if (!on.includes(moment.kind) || !reaches(moment.band, band)) continue;
    const enrolment = `${name} ${moment.page}/${moment.kind}`;
    if (session.enrolled.includes(enrolment)) continue;
    facts ??= conditionFacts(config, profile, risen);
    if (!facts || !holds(when, facts)) continue;
    const channel = config.file.messages[message]?.channel;
    const destination = Object.entries(config.file.destinations).find(([, d]) => channel && d.channels.includes(channel))?.[0];
    if (!destination) continue;
    session.enrolled.push(enrolment);
    decisions.push({ ...at(config, profile, risen, windows[band], nowMs), type: "message.send", destination, trigger: name });
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

const reports = (config: SiteConfig, profile: Profile, risen: Risen, nowMs: number): Decision[] =>
  (config.subscribers.get(risen.moment.kind) ?? []).map((destination) => ({
    ...at(config, profile, risen, { afterMs: 0, beforeMs: reportBeforeMs }, nowMs),
    type: "moment.detected",
    destination,
  }));

function at(
  config: SiteConfig,
  profile: Profile,
  risen: Risen,
  { afterMs, beforeMs }: { afterMs: number; beforeMs: number },
  nowMs: number,
) {
  const session = profile.sessions[risen.session];
  const momentAtMs = Math.min(risen.moment.atMs + (session?.skewMs ?? 0), nowMs);
  const facts = session && factsOf(session.features, risen.moment.page, config.scoring.pageOf, risen.moment.atMs);
  return {
    ...risen,
    pageType: facts?.type ?? "other",
    momentAtMs,
    dueAtMs: momentAtMs + afterMs,
    expiresAtMs: momentAtMs + beforeMs,
  };
}

function conditionFacts(config: SiteConfig, profile: Profile, { moment, session: id }: Risen): ConditionFacts | undefined {
  const session = profile.sessions[id];
  const facts = session && factsOf(session.features, moment.page, config.scoring.pageOf, moment.atMs);
  if (!facts) return undefined;
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
    },
    context: { device: facts.device, language: profile.context.language ?? "" },
  };
}
