import type { Profile } from "../profile/state.ts";
import type { Journey } from "../site/compile-journeys.ts";
import { ago } from "./ago.ts";
import { doneAtMs, hasBought } from "./exits.ts";
import { idleMs } from "./presence.ts";
import type { Run } from "./run.ts";

const texts: Record<string, string> = {
  goal: "reached the goal",
  purchase: "bought",
  cart_emptied: "emptied the cart",
  responded: "came back through one of our messages",
  dismissed: "the visitor closed it",
  unsubscribed: "unsubscribed",
  removed: "the newest site file no longer has this",
  not_live: "the trigger is no longer live",
  failed: "something went wrong in it",
  replaced: "something stronger came",
  withdrawn: "took back their consent",
  done: "nothing more to come",
};

/** What an exit says; of what the person did, also how long ago that was, and that it was elsewhere. */
export function exitText(exit: string, profile: Profile, run: Run, journey: Journey | undefined, nowMs: number): string {
  const event = exit === "goal" ? journey?.goal?.event : exit === "purchase" ? exit : undefined;
  const atMs = event === undefined ? undefined : doneAtMs(profile, run, event);
  if (event === undefined || atMs === undefined) return texts[exit] ?? exit;
  const did = event === "purchase" ? "bought" : `reached the goal "${event}"`;
  const where = event === "purchase" && isElsewhere(profile, run, atMs) ? " on another device" : "";
  return `${did} ${ago(nowMs - atMs)} ago${where}`;
}

/** In another session that began before this one could have ended: one browser has one session at a time. */
function isElsewhere({ sessions }: Profile, run: Run, atMs: number): boolean {
  const here = sessions[run.session];
  if (!here) return false;
  return Object.values(sessions).some(
    (one) => one !== here && one.startedAtMs + one.skewMs < here.seenAtMs + idleMs && hasBought(one, atMs),
  );
}
