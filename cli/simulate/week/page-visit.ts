import { gateSeconds, paceMs } from "../../../contract/moments.ts";
import type { Device, Observed } from "../../../contract/signals.ts";
import { dwellStepsMs } from "../../../contract/wire.ts";
import { exitQuietSeconds } from "./calibration.ts";
import type { Dice } from "./dice.ts";

/** A signal `afterMs` its page was shown. */
export interface Timed {
  afterMs: number;
  signal: Observed;
}

export interface Look {
  url: string;
  device: Device;
  landing?: "paid" | "email";
  again: boolean;
  /** How long the page stays open. */
  openMs: number;
  /** The visitor clicks early on, so does not merely look. */
  clicks: boolean;
  /** The last page of the visit. */
  last: boolean;
  /** What is done on it beside looking. */
  deeds: readonly Timed[];
}

const share = (x: number) => Math.round(x * 100) / 100;

/** What the SDK would tell of one page, in the order of time. */
export function pageVisit(dice: Dice, look: Look): Timed[] {
  const { url, device, landing, again, openMs, last, deeds } = look;
  const engagedMs = Math.round(openMs * (openMs < 15_000 ? 1 : dice.between(0.5, 1)));
  const said: Timed[] = [
    { afterMs: 0, signal: { kind: "page_view", url, device, ...(landing && { landing }), ...(again && { again }) } },
    ...scrolling(dice, engagedMs),
    ...deeds,
  ];
  for (const ms of stepsMs(device)) if (ms < engagedMs) said.push({ afterMs: ms, signal: { kind: "dwell", engaged_ms: ms } });
  if (look.clicks && openMs > 3000)
    said.push({ afterMs: Math.round(dice.between(2000, Math.min(15_000, openMs))), signal: { kind: "click", target: "button" } });
  if (dice.chance(0.008)) said.push({ afterMs: engagedMs >> 1, signal: { kind: "dead_click", target: "other" } });
  if (dice.chance(0.005)) said.push({ afterMs: engagedMs >> 1, signal: { kind: "rage_click", target: "button", clicks: 4 } });
  if (last) said.push(...leaving(dice, device, openMs));
  else said.push({ afterMs: openMs, signal: { kind: "click", target: "a" } });
  said.sort((a, b) => a.afterMs - b.afterMs);
  const endMs = Math.max(openMs, said.at(-1)?.afterMs ?? 0);
  if (dice.chance(0.5))
    said.push({ afterMs: endMs, signal: { kind: "web_vitals", lcp_ms: Math.round(dice.logNormal(7.5, 0.45)), cls: 0.02 } });
  said.push({ afterMs: endMs, signal: { kind: "dwell", engaged_ms: engagedMs, left: true } });
  return said;
}

const steps = new Map<Device, number[]>();

function stepsMs(device: Device): number[] {
  const known =
    steps.get(device) ?? [...new Set([...dwellStepsMs, ...gateSeconds.map((s) => s * paceMs(device))])].sort((a, b) => a - b);
  steps.set(device, known);
  return known;
}

/** Of pages that are scrolled, half is seen on average. */
function scrolling(dice: Dice, engagedMs: number): Timed[] {
  if (dice.chance(0.1)) return [{ afterMs: 300, signal: { kind: "scroll_depth", depth: 1, fits: true } }];
  if (engagedMs < 2500 || dice.chance(0.2)) return [];
  const depth = share(Math.min(1, 0.15 + dice.roll() * (engagedMs > 10_000 ? 0.85 : 0.5)));
  const times = engagedMs > 10_000 ? [0.15, 0.4, 0.8] : [0.5];
  const all: Timed[] = times.map((part, i) => ({
    afterMs: Math.round(engagedMs * part),
    signal: { kind: "scroll_depth", depth: share((depth * (i + 1)) / times.length) },
  }));
  if (depth > 0.5 && dice.chance(0.01)) {
    const speed = share(Math.min(6, dice.logNormal(0.8, 0.25)));
    all.push({ afterMs: Math.round(engagedMs * 0.85), signal: { kind: "rapid_scroll", speed, depth } });
  }
  return all;
}

/** Some turn to the address bar or the tabs, and are gone some seconds later; most are simply gone. */
function leaving(dice: Dice, device: Device, openMs: number): Timed[] {
  if (!dice.chance(device === "desktop" ? 0.1 : 0.05)) return [];
  const afterMs = Math.round(openMs - 1000 * dice.between(1, 5));
  const quiet_ms = Math.round(Math.min(afterMs, 1000 * dice.logNormal(...exitQuietSeconds)));
  if (quiet_ms < 1000) return [];
  const speed = share(dice.between(0.4, 3));
  const gesture = device === "desktop" ? { quality: share(0.5 + speed / 6) } : ({ quality: 0.5, by: "return" } as const);
  return [{ afterMs, signal: { kind: "exit_intent", speed, quiet_ms, ...gesture } }];
}
