/** Where virtual time stands: at the real instant `realAtMs` it was `atMs`, and it runs `rate` times as fast. */
export interface ClockState {
  realAtMs: number;
  atMs: number;
  rate: number;
}

/** The world's own time, kept before it is replaced. */
export interface RealTime {
  epochMs: () => number;
  sinceLoadMs: () => number;
  wake: (run: () => void, delayMs: number) => number;
  cancel: (wake: number) => void;
  /** Lets promises and messages settle, so that what a timer began is seen by the next. */
  settle: () => Promise<void>;
  report: (error: unknown) => void;
}

interface Timer {
  dueMs: number;
  everyMs?: number;
  run: () => void;
}

const longestDelayMs = 2 ** 31 - 1;

export type VirtualTime = ReturnType<typeof virtualTime>;

/** A clock and timers that follow a state: the page's when given the page's own time, a test's when given a test's. */
export function virtualTime(start: ClockState, real: RealTime) {
  let state = start;
  let latestMs = 0;
  let steppedMs: number | undefined;
  let anchor = { realMs: real.sinceLoadMs(), virtualMs: real.sinceLoadMs() };
  let armed: number | undefined;
  let lastId = 0;
  const timers = new Map<number, Timer>();

  const running = () => state.atMs + (real.epochMs() - state.realAtMs) * state.rate;

  /** Never goes back, although the reply to a change of rate is late by its own way. */
  function now(): number {
    latestMs = Math.max(latestMs, steppedMs ?? running());
    return latestMs;
  }

  /** What `performance.now()` says. While stepping, the anchor moves with the steps. */
  const sinceLoad = (): number =>
    steppedMs === undefined ? anchor.virtualMs + (real.sinceLoadMs() - anchor.realMs) * state.rate : anchor.virtualMs;

  function anchorAt(virtualMs: number): void {
    anchor = { realMs: real.sinceLoadMs(), virtualMs };
  }

  function nextDue(): [id: number, timer: Timer] | undefined {
    let next: [number, Timer] | undefined;
    for (const entry of timers) if (!next || entry[1].dueMs < next[1].dueMs) next = entry;
    return next;
  }

  function arm(): void {
    if (armed !== undefined) real.cancel(armed);
    armed = undefined;
    const next = nextDue();
    if (!next || steppedMs !== undefined) return;
    const delayMs = Math.ceil(Math.max(0, next[1].dueMs - now()) / state.rate);
    armed = real.wake(wake, Math.min(delayMs, longestDelayMs));
  }

  function wake(): void {
    armed = undefined;
    if (steppedMs !== undefined) return;
    const untilMs = now();
    for (let next = nextDue(); next && next[1].dueMs <= untilMs; next = nextDue()) fire(...next, untilMs);
    arm();
  }

  function fire(id: number, timer: Timer, atMs: number): void {
    // A hidden tab wakes late: what was missed of an interval is dropped, as browsers do.
    if (timer.everyMs === undefined) timers.delete(id);
    else timer.dueMs = Math.max(timer.dueMs + timer.everyMs, steppedMs === undefined ? atMs + 1 : 0);
    try {
      timer.run();
    } catch (error) {
      real.report(error);
    }
  }

  function set(run: () => void, delayMs: number, repeat: boolean): number {
    const everyMs = Math.max(1, Number(delayMs) || 0);
    lastId += 1;
    timers.set(lastId, { dueMs: now() + everyMs, run, ...(repeat ? { everyMs } : {}) });
    arm();
    return lastId;
  }

  function clear(id: number | undefined): void {
    if (id !== undefined && timers.delete(id)) arm();
  }

  /** Takes a new state; what was due between then and now runs in order, each timer at its own instant. */
  async function adopt(next: ClockState): Promise<void> {
    let atMs = now();
    const stepTo = (ms: number) => {
      anchorAt(sinceLoad() + ms - atMs);
      atMs = ms;
      steppedMs = ms;
    };
    stepTo(atMs);
    state = next;
    try {
      for (let due = nextDue(); due && due[1].dueMs <= running(); due = nextDue()) {
        stepTo(Math.max(atMs, due[1].dueMs));
        fire(...due, atMs);
        await real.settle();
      }
    } finally {
      stepTo(Math.max(atMs, running()));
      now();
      steppedMs = undefined;
      arm();
    }
  }

  return { now, sinceLoad, set, clear, adopt, rate: () => state.rate };
}
