import { isReached } from "../decide/decide.ts";
import type { Profile } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { armsFor } from "./arms.ts";
import { exitOf, exitTexts } from "./exits.ts";
import { mayLeave, type Run } from "./run.ts";

export const runOf = ({ runs }: Profile, seq: number): Run | undefined =>
  runs.find(({ handed }) => handed.some((one) => one.seq === seq));

/** Why a message that waits for another attempt may go out no more, if so. What reports a moment belongs to no run. */
export function stopOf(
  config: SiteConfig,
  profile: Profile,
  seq: number,
  _nowMs: number,
): { gate: string; text: string } | undefined {
  if (!isReached(config, profile)) return { gate: "not_live", text: "the site is no longer live" };
  const run = runOf(profile, seq);
  if (!run) {
    const isMessage = profile.sent?.some((one) => one.seq === seq);
    return isMessage ? { gate: "removed", text: "the journey that it belongs to is forgotten" } : undefined;
  }
  const arms = armsFor(config, profile, run.session);
  const exit = mayLeave(run) ? exitOf(profile, run, arms.trigger(run.trigger), arms.journey(run.journey)) : run.exit;
  return exit === undefined ? undefined : { gate: exit, text: exitTexts[exit] ?? exit };
}

/** What was delivered and has no other channel to go to keeps no run that is over. */
export function noteDelivered(profile: Profile, seq: number, nowMs: number): void {
  const one = runOf(profile, seq)?.handed.find((handed) => handed.seq === seq);
  if (one && !one.left.length) one.expiresAtMs = Math.min(one.expiresAtMs, nowMs);
}
