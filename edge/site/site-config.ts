import { afterLeavingMs } from "../../contract/evidence.ts";
import type { Scoring } from "../../contract/moment-life.ts";
import type { MomentKind } from "../../contract/moments.ts";
import { type PageRule, pageMatcher } from "../../contract/pages.ts";
import type { Settings, Urgent } from "../../contract/wire.ts";
import { type Compile, conditionsFor } from "../decide/conditions.ts";
import type { Feeds } from "../decide/fed.ts";
import { isSpoken } from "../destinations/vendors.ts";
import { countable } from "../profile/history.ts";
import { compileExperiments, type Experiment } from "./compile-experiments.ts";
import { compiling, type Journey, type Trigger } from "./compile-journeys.ts";
import type { Agents } from "./feeds/kinds.ts";
import type { Destination } from "./schema/messages.ts";
import type { SiteFile } from "./schema/site-file.ts";
import type { Switches } from "./switches.ts";

/** A site file, compiled once for each isolate and version. */
export interface SiteConfig {
  version: number;
  file: SiteFile;
  scoring: Scoring;
  compile: Compile;
  /** The highest priority first. */
  triggers: Trigger[];
  /** With one more, of one step, for each trigger that has a message of its own. */
  journeys: Record<string, Journey>;
  experiments: Experiment[];
  switches: Switches;
  /** Destinations that this edge can hand a message to, by name, in the order of the file. */
  takers: readonly (readonly [string, Destination])[];
  /** Destinations that take `moment.detected` by kind of moment. */
  subscribers: Map<MomentKind, string[]>;
  /** Kinds that only time can open, and that the site acts on: a page that is left is worth a second look (`profile/state.ts`). */
  awaited: readonly MomentKind[];
  settings: string;
  etag: string;
  /** Of the site's feeds what this isolate has read. */
  feeds?: Feeds;
  /** How many agents of its chat are there, if its server said so lately. */
  agents?: Agents;
}

export async function compileSite(version: number, file: SiteFile): Promise<SiteConfig> {
  const pages = Object.entries(file.pages).map(([type, { match, key }]): PageRule => ({ type, match, key }));
  const compile = conditionsFor(file);
  const build = compiling(compile, file);
  const written = Object.entries(file.triggers);
  const triggers = written.map(([name, trigger]) => build.triggerOf(name, trigger)).sort((a, b) => b.priority - a.priority);
  const experiments = compileExperiments(file, build);
  const arms = experiments.flatMap((experiment) => experiment.arms);
  const all = [
    ...written.flatMap(([name, trigger]) => (trigger.message ? build.messageJourney(name, trigger) : [])),
    ...Object.entries(file.journeys).map(([name, journey]) => build.journeyOf(name, journey)),
  ];
  const journeys = Object.fromEntries(all.map((journey) => [journey.name, journey]));
  const subscribers = new Map<MomentKind, string[]>();
  const destinations = Object.entries(file.destinations);
  const takers = destinations.filter(([, to]) => to.url !== undefined || isSpoken(to));
  for (const [name, { url, moments = [] }] of destinations)
    for (const kind of url === undefined ? [] : moments) subscribers.set(kind, [...(subscribers.get(kind) ?? []), name]);

  const { bands, average_order, signals } = file;
  const acting = [...triggers, ...arms.flatMap(({ trigger }) => trigger ?? [])].filter(({ live }) => live);
  const settings = JSON.stringify({
    v: 1,
    site: file.site,
    pages,
    bands,
    urgent: urgent(acting, subscribers, file),
    ...(signals.off.length && { off: signals.off }),
    ...(signals.sample < 1 && { sample: signals.sample }),
    ...(average_order && { average_order }),
  } satisfies Settings);
  const scoring = { pageOf: pageMatcher(pages), bands, averageOrder: average_order };
  const awaited = (Object.keys(afterLeavingMs) as MomentKind[]).filter(
    (kind) => subscribers.has(kind) || acting.some(({ on }) => on.includes(kind)),
  );
  const etag = await contentHash(settings);
  const switches = { off: false, triggers: [] };
  const compiled = { scoring, compile, triggers, journeys, experiments, subscribers, takers, awaited, settings, etag };
  return { version, file, switches, ...compiled };
}

/** Flush at once what this site acts on: subscribed kinds at any score, triggered kinds from the band of their lowest trigger. */
function urgent(triggers: Trigger[], subscribers: Map<MomentKind, string[]>, { bands, journeys }: SiteFile): Urgent {
  const lowest: Urgent["lowest"] = {};
  for (const { on, enter } of triggers)
    for (const kind of on) lowest[kind] = Math.min(lowest[kind] ?? 10, bands[enter.later ? "later" : "now"]);
  for (const kind of subscribers.keys()) delete lowest[kind];
  // What ends a journey must not come after the message that it stops.
  const goals = Object.values(journeys).map(({ goal }) => goal?.event);
  const signals = triggers.length ? countable.filter((kind) => kind === "purchase" || goals.includes(kind)) : [];
  return { kinds: [...new Set([...triggers.flatMap((t) => t.on), ...subscribers.keys()])], signals, lowest };
}

async function contentHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
