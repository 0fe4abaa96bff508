import { emptyFeatures, fold } from "../contract/features.ts";
import { defaultBands, type Moment, type Moments, type Scoring as Rules, riseMoments } from "../contract/moment-life.ts";
import { pageMatcher } from "../contract/pages.ts";
import type { Signal } from "../contract/signals.ts";
import type { Settings } from "../contract/wire.ts";

/** What this document knows of its site: the defaults until the settings arrive. */
export interface Site extends Rules {
  urgent?: Settings["urgent"] | undefined;
}

export const siteOf = ({ pages, bands = defaultBands, weights, urgent }: Partial<Settings> = {}): Site => ({
  pageOf: pageMatcher(pages),
  bands,
  weights,
  urgent,
});

export interface Scoring {
  /** Folds a signal; tells which moments rose by it, and whether the site acts on what happened. */
  see: (signal: Signal, site: Site) => { risen: Moment[]; urgent: boolean };
}

/** One session's moments, as far as this document has seen it. The edge's own count decides; this one says when to hurry. */
export function openScoring(sessionNumber: number): Scoring {
  const features = emptyFeatures(sessionNumber);
  const moments: Moments = {};
  const hurried = new WeakSet<Moment>();

  return {
    see(signal, site) {
      fold(features, signal, "");
      const risen = riseMoments(moments, features, signal.page, signal.at, site);
      const { kinds, signals, lowest } = site.urgent ?? {};
      // A score may reach the site's lowest without reaching another band; a higher band is a new moment and hurries again.
      const due = Object.values(moments).filter(
        (moment) =>
          !hurried.has(moment) &&
          (kinds ? kinds.includes(moment.kind) && moment.score >= (lowest?.[moment.kind] ?? 0) : moment.band !== "none") &&
          hurried.add(moment),
      );
      return { risen, urgent: !!due[0] || !!signals?.includes(signal.kind) };
    },
  };
}
