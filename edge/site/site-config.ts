import { afterLeavingMs } from "../../contract/evidence.ts";
import type { Scoring } from "../../contract/moment-life.ts";
import type { MomentKind } from "../../contract/moments.ts";
import { type PageRule, pageMatcher } from "../../contract/pages.ts";
import type { Settings, Urgent } from "../../contract/wire.ts";
import { type Condition, compileCondition } from "../decide/conditions.ts";
import type { SiteFile } from "./schema.ts";

export interface Trigger {
  name: string;
  on: readonly MomentKind[];
  when: Condition;
  band: "now" | "later";
  message: string;
}

/** A site file, compiled once for each isolate and version. */
export interface SiteConfig {
  version: number;
  file: SiteFile;
  scoring: Scoring;
  triggers: Trigger[];
  /** Destinations that take `moment.detected` by kind of moment. */
  subscribers: Map<MomentKind, string[]>;
  /** Kinds that only time can open, and that the site acts on: a page that is left is worth a second look (`profile/state.ts`). */
  awaited: readonly MomentKind[];
  settings: string;
  etag: string;
}

export async function compileSite(version: number, file: SiteFile): Promise<SiteConfig> {
  const pages = Object.entries(file.pages).map(([type, { match, key }]): PageRule => ({ type, match, key }));
  const triggers = Object.entries(file.triggers).map(([name, { on, when, band, message }]): Trigger => {
    const condition = compileCondition(when ?? "true");
    if (typeof condition !== "function") throw new Error(`trigger ${name} was pushed unchecked`);
    return { name, on, when: condition, band, message };
  });
  const subscribers = new Map<MomentKind, string[]>();
  for (const [name, { moments = [] }] of Object.entries(file.destinations))
    for (const kind of moments) subscribers.set(kind, [...(subscribers.get(kind) ?? []), name]);

  const { bands, average_order, signals } = file;
  const settings = JSON.stringify({
    v: 1,
    site: file.site,
    pages,
    bands,
    urgent: urgent(triggers, subscribers, bands),
    ...(signals.off.length && { off: signals.off }),
    ...(signals.sample < 1 && { sample: signals.sample }),
    ...(average_order && { average_order }),
  } satisfies Settings);
  const scoring = { pageOf: pageMatcher(pages), bands, averageOrder: average_order };
  const awaited = (Object.keys(afterLeavingMs) as MomentKind[]).filter(
    (kind) => subscribers.has(kind) || triggers.some(({ on }) => on.includes(kind)),
  );
  return { version, file, scoring, triggers, subscribers, awaited, settings, etag: await contentHash(settings) };
}

/** Flush at once what this site acts on: subscribed kinds at any score, triggered kinds from the band of their lowest trigger. */
function urgent(triggers: Trigger[], subscribers: Map<MomentKind, string[]>, bands: SiteFile["bands"]): Urgent {
  const lowest: Urgent["lowest"] = {};
  for (const { on, band } of triggers) for (const kind of on) lowest[kind] = Math.min(lowest[kind] ?? 10, bands[band]);
  for (const kind of subscribers.keys()) delete lowest[kind];
  return { kinds: [...new Set([...triggers.flatMap((t) => t.on), ...subscribers.keys()])], signals: [], lowest };
}

async function contentHash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest).slice(0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
