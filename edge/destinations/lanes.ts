/** More requests than this are not under way to one destination at once: each costs a connection, and of too many all come too late. */
const maxAtOnce = 128;
/** More than this do not wait for a place: what waits keeps its object open. */
const maxWaiting = 2048;
/** Who waits looks again after about this, and later the more others wait: looking is work too. */
const lookAgainMs = 250;
const perOtherMs = 0.5;
/** Whoever waited so long for a place is told to come another time. */
const maxWaitMs = 15_000;
/** Whoever has a place says so again and again; of whom nothing is heard for so long died with its object. */
const stillHereMs = 1500;
const maxSilentMs = 5000;
/** Whoever waits for a place is woken so much too late by an isolate that has more to do than it can. */
const maxLateMs = 100;
/** What was seen of that says nothing after this. */
const lateForMs = 2000;

/** Until when each place is taken, unless its holder is heard of again. */
type Places = Map<symbol, number>;

export interface Place {
  /** Gives it back. */
  leave: () => void;
  /** It was not free at once: what was asked before may have changed since. */
  hasWaited: boolean;
}

interface Time {
  nowMs: () => number;
  wait: (ms: number) => Promise<unknown>;
  /** @returns what ends it */
  every: (ms: number, call: () => void) => () => void;
}

const systemTime: Time = {
  nowMs: Date.now,
  wait: (ms) => scheduler.wait(ms),
  every(ms, call) {
    const timer = setInterval(call, ms);
    return () => clearInterval(timer);
  },
};

/**
 * How many requests of this isolate are under way, destination by destination. An edge that is asked for more than it can do goes
 * on delivering: without this it opens connections until all of them time out. Objects share values here, never promises
 * (docs/decisions/003): who waits looks again.
 */
export function lanes({ nowMs, wait, every }: Time = systemTime) {
  const all = new Map<string, { held: Places; waiting: Places }>();
  let lateMs = 0;
  let sawLateAtMs = -Infinity;

  /** @returns nothing where there is no place */
  function place(places: Places, max: number) {
    if (places.size >= max) for (const [one, untilMs] of places) if (nowMs() >= untilMs) places.delete(one);
    if (places.size >= max) return undefined;
    const mine = Symbol();
    const isHere = () => void places.set(mine, nowMs() + maxSilentMs);
    isHere();
    return { isHere, leave: () => void places.delete(mine) };
  }

  function held(places: Places, hasWaited: boolean): Place | undefined {
    const mine = place(places, maxAtOnce);
    if (!mine) return undefined;
    const stop = every(stillHereMs, mine.isHere);
    const leave = () => {
      stop();
      mine.leave();
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

  /** @returns nothing where no place became free in time */
  async function enter(destination: string): Promise<Place | undefined> {
    const lane = all.get(destination) ?? { held: new Map(), waiting: new Map() };
    all.set(destination, lane);
    const at = held(lane.held, false);
    if (at) return at;
    const turn = place(lane.waiting, maxWaiting);
    if (!turn) return undefined;
    try {
      for (const untilMs = nowMs() + maxWaitMs; nowMs() < untilMs; turn.isHere()) {
        await waits((lookAgainMs + perOtherMs * lane.waiting.size) * (0.5 + Math.random()));
        const free = held(lane.held, true);
        if (free) return free;
      }
      return undefined;
    } finally {
      turn.leave();
    }
  }

  return {
    enter,
    /** More is owed than this isolate can send, whatever the tools do: it should take nothing new. */
    isBehind: (): boolean => lateMs > maxLateMs && nowMs() - sawLateAtMs < lateForMs,
  };
}

export type Lanes = ReturnType<typeof lanes>;
