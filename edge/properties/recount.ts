import { expect } from "vitest";
import type { SiteFile } from "../site/schema/site-file.ts";
import type { Said } from "./said.ts";
import type { World } from "./world.ts";

// What a person was sent, counted anew from what left and from what was said of it: nothing here asks the engine.

const minute = 60_000;

interface Limit {
  channels: readonly string[];
  purposes: readonly string[];
}
const covers = (limit: Limit, { channel, purpose }: Pick<Said, "channel" | "purpose">): boolean =>
  limit.channels.includes(channel) && limit.purposes.includes(purpose);

/** Minutes since midnight by the person's clock, or by the site's where no such zone exists. */
function minuteOfDay(atMs: number, zone: string | undefined, site: string): number {
  const parts = (timeZone: string) =>
    new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(atMs);
  const written = (() => {
    try {
      return parts(zone ?? site);
    } catch {
      return parts(site);
    }
  })();
  const [hour = 0, of = 0] = written.split(":").map(Number);
  return hour * 60 + of;
}

export function isQuiet({ limits: { quiet_hours }, time_zone }: SiteFile, one: Said, atMs: number): boolean {
  if (!quiet_hours || !covers(quiet_hours, one)) return false;
  const of = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  const [from, to, at] = [of(quiet_hours.from), of(quiet_hours.to), minuteOfDay(atMs, one.zone, time_zone)];
  return from < to ? at >= from && at < to : at >= from || at < to;
}

export function neverAtNight(file: SiteFile, { said }: World): void {
  expect(said.filter((one) => isQuiet(file, one, one.atMs))).toEqual([]);
}

/** In any stretch of a limit's length, at any instant that a message left: what had left and not been lost by then. */
export function neverAboveTheCap(file: SiteFile, { said, lost, together }: World): void {
  for (const [at, one] of said.entries()) {
    const whose = together(one.who, one.turn);
    const before = said.slice(0, at).filter(({ who, id }) => whose.includes(who) && (lost.get(id) ?? Infinity) > one.turn);
    for (const limit of file.limits.cap.filter((cap) => covers(cap, one))) {
      const counted = before.filter((other) => covers(limit, other) && one.atMs - other.atMs < limit.per);
      expect(counted.length, `${one.id} under ${JSON.stringify(limit)}`).toBeLessThan(limit.max);
    }
    const { onsite_cap } = file.limits;
    if (!onsite_cap || one.channel !== "onsite") continue;
    const { per, max } = onsite_cap;
    const counted = before.filter(
      ({ channel, session, atMs }) =>
        channel === "onsite" && (per === "session" ? session === one.session : one.atMs - atMs < per),
    );
    expect(counted.length, `${one.id} on the page`).toBeLessThan(max);
  }
}

const layerMs = { immediate: 15 * minute, "re-engagement": 240 * minute, reinforcement: 1440 * minute };
const dayMs = 1440 * minute;

const stepOf = ({ journeys }: SiteFile, { journey, step }: Pick<Said, "journey" | "step">) =>
  journeys[journey]?.steps.find(({ id }) => id === step);

/** A run begins at its moment, or when its condition has held for long enough. */
const beganAtMs = ({ triggers }: SiteFile, { trigger, momentAtMs }: Said): number => momentAtMs + (triggers[trigger]?.for ?? 0);

export function neverTooEarlyOrLate(file: SiteFile, { said, offered }: World): void {
  for (const one of said) {
    const step = stepOf(file, one);
    if (!step) throw new Error(`${one.step} is no step of the file`);
    const fromMs = beganAtMs(file, one);
    const lastMs =
      step.before === undefined
        ? layerMs[step.layer]
        : step.before + (step.from === "left" || step.from === "previous" ? 2 * dayMs : 0);
    expect(one.atMs, one.id).toBeLessThan(one.expiresAtMs);
    expect(one.atMs, one.id).toBeLessThan(fromMs + lastMs);
    const notBeforeMs = Math.max(one.dueAtMs ?? 0, step.from === "left" ? 0 : fromMs + step.after);
    expect(one.reachedMs, one.id).toBeGreaterThanOrEqual(notBeforeMs);
  }
  for (const { atMs, message } of offered) expect(atMs, message.id).toBeLessThan(Date.parse(message.expires_at));
}

const ofRun = ({ run, step }: Said): string => `${run} ${step}`;

/** A step of a run goes out once, and once more by each other channel where the one before was lost. */
export function neverTwice({ said, failed, offered }: World): void {
  expect(new Set(said.map(({ id }) => id)).size).toBe(said.length);
  for (const step of new Set(said.map(ofRun))) {
    const all = said.filter((one) => ofRun(one) === step);
    expect(new Set(all.map(({ channel }) => channel)).size, step).toBe(all.length);
    for (const [i, { id }] of all.entries()) if (i < all.length - 1) expect(failed.has(id), `${step}: ${id}`).toBe(true);
  }
  for (const { message } of offered) expect(said.map(({ id }) => id)).toContain(message.id);
}

/** Bought, and known to be: nothing more of a journey that ends with it, in a reply neither. */
export function neverAfterBuying(file: SiteFile, { said, offered, purchases, together }: World): void {
  const isOver = (one: Said, turn: number) => {
    const journey = file.journeys[one.journey];
    const fromMs = beganAtMs(file, one);
    return purchases.some(
      (bought) =>
        together(one.who, turn).includes(bought.who) &&
        bought.turn <= turn &&
        bought.atMs > fromMs &&
        (journey?.exit_on.includes("purchase") ||
          (journey?.goal?.event === "purchase" && bought.atMs <= fromMs + journey.goal.within)),
    );
  };
  expect(said.filter((one) => isOver(one, one.turn))).toEqual([]);
  const byId = new Map(said.map((one) => [one.id, one]));
  expect(offered.filter(({ turn, message }) => isOver(byId.get(message.id) as Said, turn))).toEqual([]);
}

/** After a line that says that a run was left, nothing more of it goes out; only what failed may go by another way after its last step. */
export function neverAfterTheEnd({ said, told }: World): void {
  for (const { run, what, gate, turn } of told) {
    if (what !== "exited" || gate === "done") continue;
    expect(said.filter((one) => one.run === run && one.turn > turn)).toEqual([]);
  }
}

/** Whoever came in is led to the end: what was not sent on the way has a line that says why not, unless the whole run has one. */
export function neverLost({ journeys }: SiteFile, { said, told }: World): void {
  for (const { run = "", journey = "", text } of told.filter(({ what }) => what === "entered")) {
    const lines = told.filter((line) => line.run === run);
    const end = lines.filter(({ what }) => what === "exited");
    expect(end.length, `${run}: ${text}`).toBeGreaterThanOrEqual(1);
    if (end[0]?.gate !== "done") continue;
    const ids = (journeys[journey]?.steps ?? []).map(({ id }) => id);
    const reached = lines.flatMap(({ what, step = "" }) => (what === "entered" || what === "moved" ? ids.indexOf(step) : []));
    const settled = (id: string) =>
      said.some((one) => one.run === run && one.step === id) ||
      lines.some(({ what, step }) => step === id && (what === "not_sent" || what === "expired"));
    // Steps before the last that somebody was led to may have been left out on the way there.
    for (const id of ids.slice(Math.max(...reached))) expect(settled(id), `${run}: ${id}`).toBe(true);
  }
}
