import { waitUntil } from "cloudflare:workers";
import type { Told } from "./answers.ts";

/** What happened, as `cusp tail` prints it. */
export interface Happening {
  atMs: number;
  what: string;
  text: string;
  trigger?: string | undefined;
  journey?: string | undefined;
  step?: string | undefined;
  channel?: string | undefined;
  gate?: string | undefined;
}

const maxPerSecond = 50;

/**
 * Tells the Site object what happened, while somebody looks. Not awaited, and no more lines a second than one person could read:
 * a busy site must not keep its Site object busy with this.
 */
export function teller(
  isFollowed: (site: string) => boolean,
  send: (site: string, told: Told[]) => Promise<void>,
  nowMs: () => number,
) {
  let second = 0;
  let left = 0;
  return (site: string, person: string, lines: readonly Happening[]): void => {
    if (!lines.length || !isFollowed(site)) return;
    const now = Math.floor(nowMs() / 1000);
    if (now !== second) [second, left] = [now, maxPerSecond];
    const told = lines.slice(0, left).map(({ atMs, what, text, trigger, journey, step, channel, gate }): Told => {
      const named = Object.entries({ trigger, journey, step, channel, gate }).filter(([, value]) => value !== undefined);
      return { at: atMs, person, what, text, ...Object.fromEntries(named) };
    });
    left -= told.length;
    if (told.length) waitUntil(send(site, told).catch(() => undefined)); // what is not told is not missed
  };
}
