import type { Explained } from "../../contract/evidence.ts";
import type { Profile } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { factsAround } from "./decide.ts";

/** How far somebody is, by their latest visit: what conditions call `stage`, whatever moment they are asked about. */
export function stageOf(config: SiteConfig, profile: Profile, nowMs: number): string {
  const [latest] = Object.entries(profile.sessions).sort(([, a], [, b]) => b.seenAtMs - a.seenAtMs);
  const [session, { features }] = latest ?? [undefined, { features: { pages: {} } }];
  const page = Object.keys(features.pages).sort().at(-1);
  if (session !== undefined && page !== undefined) {
    const moment: Explained = { kind: "bounce", page, score: 0, band: "none", atMs: nowMs, evidence: [] };
    const facts = factsAround(config, profile, { moment, session }, nowMs);
    if (facts) return facts.stage;
  }
  return profile.history?.purchase?.length ? "ownership" : "awareness";
}
