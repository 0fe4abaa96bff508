import { timeoutMs } from "./call.ts";

/** More requests than this are not under way to one destination at once: each costs a connection, and of too many all come too late. */
const maxAtOnce = 128;
/** More than this do not wait for a place: what waits keeps its object open. */
const maxWaiting = 2048;
/** Whoever would wait longer than this for a place is told to come another time, at best before having waited. */
const maxWaitMs = 15_000;
/** Who waits looks again when most of those ahead will have had their turn, but not before or after this: looking is work too. */
const ofTheTurn = 0.9;
const leastLookMs = 100;
const mostLookMs = 2000;
/** Where so many places are free those ahead sleep too long: whoever looks goes. */
const manyFree = 32;
/** How long a place is held is what was seen of about so many of them, and at least this. */
const leavesKept = 32;
const leastHeldMs = 400;
/** A request has ended by then: whoever still holds a place, or has not looked again, died with its object. */
const maxHeldMs = timeoutMs + 5000;
const maxSilentMs = 5000;
/** Where who comes would wait so long, and those who wait are woken so much too late, the isolate has more to do than it can. */
const longWaitMs = 2500;
const maxLateMs = 25;
/** What was seen of that says nothing after this. */
const lateForMs = 2000;

/** Until when each is there, if nothing is heard: in the order in which they came. */
type Places = Map<symbol, number>;

interface Lane {
  held: Places;
  waiting: Places;
  heldMs: number;
}

export interface Place {
  /** Gives it back. */
  leave: () => void;
  /** It was not free at once: what was asked before may have changed since. */
  hasWaited: boolean;
}

interface Time {
  nowMs: () => number;
  wait: (ms: number) => Promise<unknown>;
}

const systemTime: Time = { nowMs: Date.now, wait: (ms) => scheduler.wait(ms) };

/**
 * How many requests of this isolate are under way, destination by destination. An edge that is asked for more than it can do goes
 * on delivering: without this it opens connections until all of them time out. Objects share values here, never promises
 * (docs/decisions/003): who waits looks again, each in turn.
 */
export function lanes({ nowMs, wait }: Time = systemTime) {
  const all = new Map<string, Lane>();
  let lateMs = 0;
  let sawLateAtMs = -Infinity;

  function laneTo(destination: string): Lane {
    const lane = all.get(destination) ?? { held: new Map(), waiting: new Map(), heldMs: leastHeldMs };
    all.set(destination, lane);
    return lane;
  }

  const turnMs = (lane: Lane, before: number): number => (before * Math.max(leastHeldMs, lane.heldMs)) / maxAtOnce;

  /** @returns how many are there, `mine` and who came after it left out; of whom nothing is heard is no longer there */
  function ahead(places: Places, mine?: symbol): number {
    let count = 0;
    for (const [one, untilMs] of places) {
      if (one === mine) break;
      if (nowMs() < untilMs) count++;
      else places.delete(one);
    }
    return count;
  }

  const isFree = ({ held }: Lane, before: number): boolean => held.size + before < maxAtOnce || ahead(held) + before < maxAtOnce;

  function takes(lane: Lane, hasWaited: boolean): Place {
    const mine = Symbol();
    const sinceMs = nowMs();
    lane.held.set(mine, sinceMs + maxHeldMs);
    const leave = () => {
      if (lane.held.delete(mine)) lane.heldMs += (nowMs() - sinceMs - lane.heldMs) / leavesKept;
    };
    return { leave, hasWaited };
  }

  /** A tool that answers slowly fills its lane and leaves the isolate idle: then nobody is woken late. */
  async function waits(ms: number): Promise<void> {
    const atMs = nowMs() + ms;
    await wait(ms);
    lateMs += (Math.max(0, nowMs() - atMs) - lateMs) / 8;
    sawLateAtMs = nowMs();
  }

  /** @returns nothing where no place becomes free in time */
  async function enter(destination: string): Promise<Place | undefined> {
    const lane = laneTo(destination);
    let before = ahead(lane.waiting);
    if (isFree(lane, before)) return takes(lane, false);
    if (before >= maxWaiting || turnMs(lane, before) > maxWaitMs) return undefined;
    const mine = Symbol();
    try {
      for (const untilMs = nowMs() + maxWaitMs; nowMs() < untilMs; before = ahead(lane.waiting, mine)) {
        if (lane.waiting.has(mine) && isFree(lane, Math.min(before, manyFree))) return takes(lane, true);
        const ms = Math.min(mostLookMs, leastLookMs + ofTheTurn * turnMs(lane, before));
        lane.waiting.set(mine, nowMs() + ms + maxSilentMs);
        await waits(ms);
      }
      return undefined;
    } finally {
      lane.waiting.delete(mine);
    }
  }

  return {
    enter,
    /** More is owed than this isolate can send, whatever the tools do: it should take nothing new. */
    isBehind: (): boolean =>
      lateMs > maxLateMs &&
      nowMs() - sawLateAtMs < lateForMs &&
      [...all.values()].some((lane) => turnMs(lane, lane.waiting.size) > longWaitMs),
  };
}

export type Lanes = ReturnType<typeof lanes>;
