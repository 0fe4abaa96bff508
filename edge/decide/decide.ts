import { factsOf } from "../../contract/facts.ts";
import type { Occasion } from "../profile/run.ts";
import type { Profile, Risen } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import type { ConditionFacts } from "./conditions.ts";
import { conditionFacts } from "./facts.ts";

/** What is known of a moment that rose, wherever it leads. Instants are the edge's. */
export type Seen = Omit<Occasion, "trigger">;

/** A moment to report to a destination that subscribed to its kind. */
export interface Report extends Seen {
  destination: string;
  dueAtMs: number;
  expiresAtMs: number;
}

const reportWithinMs = 24 * 3_600_000;

/** Where and when a moment was. */
export function seen(
  { scoring }: SiteConfig,
  { sessions }: Profile,
  { moment, session: id, receivedAtMs }: Risen,
  nowMs: number,
): Seen {
  const session = sessions[id];
  const view = session?.features.pages[moment.page]?.view;
  const momentAtMs = Math.min(moment.atMs + (session?.skewMs ?? 0), nowMs);
  return { moment, session: id, momentAtMs, receivedAtMs, pageType: (view && scoring.pageOf(view.url)?.type) ?? "other" };
}

/** A site that is not live reaches its test people only. */
export const isReached = ({ file }: Pick<SiteConfig, "file">, { person }: Pick<Profile, "person">): boolean =>
  file.live || file.test_people.includes(person);

/** `moment.detected`, for those who asked for this kind; not for what is a day old. */
export function reports(config: SiteConfig, profile: Profile, one: Seen, nowMs: number): Report[] {
  const dueAtMs = one.momentAtMs;
  const expiresAtMs = dueAtMs + reportWithinMs;
  if (expiresAtMs <= nowMs || config.switches.off || !isReached(config, profile)) return [];
  return (config.subscribers.get(one.moment.kind) ?? []).map((destination) => ({ ...one, destination, dueAtMs, expiresAtMs }));
}

/**
 * What conditions may look at, around a moment of this person; undefined once its session is forgotten.
 * @param atMs the instant as of which the page is looked at, by the edge's clock
 */
export function factsAround(
  config: SiteConfig,
  profile: Profile,
  { moment, session: id }: Pick<Seen, "moment" | "session">,
  atMs: number,
  nowMs = atMs,
): ConditionFacts | undefined {
  const session = profile.sessions[id];
  const { pageOf, averageOrder } = config.scoring;
  const facts = session && factsOf(session.features, moment.page, pageOf, atMs - session.skewMs, averageOrder);
  return session && facts && conditionFacts({ config, profile, session, facts, moment, nowMs });
}
