import type { Profile } from "./state.ts";

/** More visitors than anybody has browsers: beyond this their past is somebody's attempt to fill a user's row. */
const maxVisitors = 20;
const withinMs = 30 * 86_400_000;
const maxKept = 200;

/** Whether the past of one more visitor may be taken over. */
export const hasRoomFor = ({ visitors = {} }: Profile, nowMs: number): boolean =>
  Object.values(visitors).filter((atMs) => nowMs - atMs < withinMs).length < maxVisitors;

/** From now on this visitor is this user. */
export function noteVisitor(profile: Profile, visitor: string, nowMs: number): void {
  const all = Object.entries({ ...profile.visitors, [visitor]: nowMs });
  profile.visitors = Object.fromEntries(all.sort(([, a], [, b]) => a - b).slice(-maxKept));
}

/**
 * Forgets what pages told of a user, and what would follow from it; this visitor is theirs no more. What the site's server told, and
 * what was sent, stays. So do the marks of streams: nothing of them is taken twice.
 */
export function forgetBehaviour(profile: Profile, visitor: string, nowMs: number): void {
  const { known } = profile.traits ?? {};
  const told = Object.entries(profile.reach ?? {}).filter(([, { by }]) => by === "known");
  if (profile.reach) profile.reach = Object.fromEntries(told);
  delete profile.visitors?.[visitor];
  profile.sessions = {};
  profile.watches = [];
  profile.runs = [];
  delete profile.history;
  delete profile.orders;
  delete profile.items;
  delete profile.wishes;
  delete profile.pending;
  delete profile.onsite;
  delete profile.place;
  delete profile.browser;
  delete profile.traits;
  if (known) profile.traits = { known };
  profile.context = {};
  delete profile.reviewsUntilMs;
  profile.withdrawnAtMs = nowMs;
}
