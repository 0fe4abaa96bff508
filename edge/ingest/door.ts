const leastWaitMs = 2000;
const mostWaitMs = 300_000;
/** For about so long it is remembered how many were turned away. */
const rememberedMs = 60_000;
/** Each of so many more who were turned away in that time makes the wait a second longer: being asked in vain is work too. */
const perSecond = 50;

/** Closed while more is owed than can be sent: says to whoever knocks when to come again, each at another time. */
export function door(isBehind: () => boolean, nowMs: () => number = Date.now, random = Math.random) {
  let turnedAway = 0;
  let lastAtMs = 0;

  /** @returns undefined where the door is open */
  return (): { againAfterMs: number } | undefined => {
    if (!isBehind()) return undefined;
    const atMs = nowMs();
    turnedAway = turnedAway * Math.exp((lastAtMs - atMs) / rememberedMs) + 1;
    lastAtMs = atMs;
    const waitMs = Math.min(mostWaitMs, Math.max(leastWaitMs, (turnedAway / perSecond) * 1000));
    return { againAfterMs: waitMs * (1 + random()) };
  };
}
