import { factsOf } from "../contract/facts.ts";
import { emptyFeatures, fold } from "../contract/features.ts";
import { defaultBands, type Moment, type Moments, riseMoments } from "../contract/moment-life.ts";
import { pageMatcher } from "../contract/pages.ts";
import type { Signal } from "../contract/signals.ts";
import type { Settings } from "../contract/wire.ts";
import type { Visit } from "./signals/page.ts";

/**
 * Folds a session's next signals; tells which moments rose by them, and whether the site acts on one of them. Without settings
 * the defaults hold.
 */
export type Scorer = (signals: readonly Signal[], settings?: Settings) => { risen: Moment[]; urgent: boolean };

/** Of these no score can come out higher than before, and they are many. */
const raisesNothing = /^(click|form_start|form_progress|identify|custom)$/;

/** The document's own first view is among the visits, a moment before its signal. */
const ownMs = 1000;

/** One session's moments, as far as this document has seen it and knows of the pages before. The edge's own count decides; this one says when to hurry. */
export function openScoring(who?: () => { trail: readonly Visit[] } | undefined): Scorer {
  const features = emptyFeatures(1); // which visit it is matters to the edge only
  let visits = who?.()?.trail ?? [];
  const moments: Moments = {};
  const hurried = new WeakSet<Moment>();
  let pages: Settings["pages"] | undefined;
  let pageOf = pageMatcher();

  return (signals, { pages: rules, bands = defaultBands, weights, urgent, average_order: averageOrder } = {} as Settings) => {
    if (pages !== rules) {
      pages = rules;
      pageOf = pageMatcher(rules);
    }
    for (const { url, at, product } of visits) {
      if (!signals[0] || at > signals[0].at - ownMs) continue;
      const page = at.toString(36); // sorts before those that this document names
      fold(features, { kind: "page_view", n: 1, at, page, url, device: "desktop" }, "");
      if (product && product !== url) fold(features, { kind: "view_item", n: 2, at, page, items: [{ id: product }] }, "");
    }
    if (signals[0]) visits = [];
    const { kinds, lowest } = urgent ?? {};
    const risen = signals.flatMap((signal) => {
      fold(features, signal, "");
      if (raisesNothing.test(signal.kind)) return [];
      const facts = factsOf(features, signal.page, pageOf, signal.at, averageOrder);
      return riseMoments(moments, facts, signal.page, signal.at, { bands, weights });
    });
    // A score may reach the site's lowest without reaching another band; a higher band is a new moment and hurries again.
    const due = Object.values(moments).filter(
      (moment) =>
        !hurried.has(moment) &&
        (kinds ? kinds.includes(moment.kind) && moment.score >= (lowest?.[moment.kind] ?? 0) : moment.band !== "none") &&
        hurried.add(moment),
    );
    return { risen, urgent: !!due[0] };
  };
}
