import type { PageRule } from "../../../contract/pages.ts";
import type { Device } from "../../../contract/signals.ts";
import type { Batch, Context } from "../../../contract/wire.ts";
import { devices, knownBefore, shopping, week } from "./calibration.ts";
import { type Dice, openDice } from "./dice.ts";
import { shopPaths } from "./shop-paths.ts";
import { type PageOfVisit, visit } from "./visit.ts";

/** A batch and when the edge got it. */
export interface Received {
  receivedAtMs: number;
  batch: Batch;
}

export interface Site {
  site: string;
  origins: readonly string[];
  time_zone: string;
  pages: Readonly<Record<string, { match: string[]; key: boolean }>>;
}

const hourMs = 3_600_000;
const networkMs = 80;

/** How many visits this person pays in the week. */
const visitsOf = (dice: Dice): number => {
  let visits = 1;
  while (visits < 6 && dice.chance(0.22)) visits++;
  return visits;
};

/** How many people make so many visits; and how many visits the last of them has left. */
export function peopleFor(sessions: number, seed: number): { people: number; visitsOfLast: number } {
  let left = sessions;
  for (let people = 1; ; people++) {
    const visits = visitsOf(openDice(seed, people));
    if (visits >= left) return { people, visitsOfLast: left };
    left -= visits;
  }
}

/** A week of the shop that `site` describes, person by person: the same for the same seed, whoever asks for which of them. */
export function sampleWeek({ site, origins, time_zone, pages }: Site, seed: number) {
  const rules = Object.entries(pages).map(([type, { match, key }]): PageRule => ({ type, match, key }));
  const paths = shopPaths(origins[0] ?? "https://shop.example", rules);

  /** All that the edge gets of person number `number`, who is at most there `mostVisits` times. */
  return function batchesOf(number: number, mostVisits = Infinity): Received[] {
    const dice = openDice(seed, number);
    const visits = Math.min(visitsOf(dice), mostVisits);
    const shops = dice.chance(shopping.shareOfVisits);
    const device = dice.weighted(devices);
    const before = dice.chance(shops ? knownBefore.shops : knownBefore.looks) ? dice.whole(1, 8) : 0;
    const visitor = `sample-${dice.word(18)}`;
    const context = contextOf(dice, device, time_zone);
    const received: Received[] = [];
    let startMs = startOf(dice);
    for (let i = 1; i <= visits; i++) {
      const session = { id: `s${number.toString(36)}-${i}`, started_at: startMs, number: before + i };
      let atMs = startMs;
      for (const page of visit(dice, paths, { device, shops, number: before + i })) {
        const id = `p${atMs.toString(36)}${dice.word(2)}`;
        const head = { v: 1, site, visitor, stream: id, session, consent: "granted" } as const;
        received.push(...flushes(page, atMs, head, context));
        atMs += (page.signals.at(-1)?.afterMs ?? 0) + page.gapMs;
      }
      startMs = atMs + Math.round(hourMs * dice.between(2, 40));
    }
    return received;
  };
}

function startOf(dice: Dice): number {
  const day = Number(dice.weighted(Object.fromEntries(week.days.entries())));
  const hour = Number(dice.weighted(Object.fromEntries(week.hours.entries())));
  return week.startsAtMs + Math.floor((24 * day + hour + dice.roll()) * hourMs);
}

function contextOf(dice: Dice, device: Device, time_zone: string): Context {
  const viewport: Context["viewport"] = device === "phone" ? [390, 760] : device === "tablet" ? [820, 1080] : [1440, 820];
  return { language: dice.pick(["en-GB", "en-US", "fr-FR", "de-DE"]), time_zone, viewport, touch: device !== "desktop" };
}

/** What may be a moment goes at once; where a visitor scrolled or clicked, or has hardly arrived, goes with what comes next. */
const waits = ["page_view", "scroll_depth", "click", "web_vitals", "form_progress", "view_item"];
const arrivingMs = 8000;

type Head = Omit<Batch, "sent_at" | "signals" | "context">;

function flushes({ signals }: PageOfVisit, startMs: number, head: Head, context: Context): Received[] {
  const { v, site, visitor, stream, session, consent } = head;
  const all: Received[] = [];
  let batch: Batch["signals"] = [];
  for (const [i, { afterMs, signal }] of signals.entries()) {
    const at = startMs + afterMs;
    batch.push({ n: i + 1, at, page: stream, ...signal });
    const isEnd = i === signals.length - 1;
    const isMinor = waits.includes(signal.kind) || (signal.kind === "dwell" && signal.engaged_ms < arrivingMs);
    if (!isEnd && (isMinor || signals[i + 1]?.afterMs === afterMs)) continue;
    // Written out: a spread for every batch takes as long as all the rest of making it.
    const told: Batch = { v, site, visitor, stream, session, consent, sent_at: at, signals: batch };
    if (!all.length) told.context = context;
    all.push({ receivedAtMs: at + networkMs, batch: told });
    batch = [];
  }
  return all;
}
