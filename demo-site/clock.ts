import { type ClockState, virtualTime } from "./virtual-time.ts";

/** The demo's clock, so that nobody waits twenty seconds for a hesitation. The dev edge follows the same state. */
export interface CuspClock {
  /** Real epoch ms, whatever the rest of the page believes. */
  real(): number;
  now(): number;
  rate(): number;
  setRate(rate: number): Promise<void>;
  skip(ms: number): Promise<void>;
}

declare global {
  var __cuspClock: ClockState | undefined;
  var cuspClock: CuspClock;
}

const RealDate = Date;
const { fetch, setTimeout, clearTimeout } = globalThis;
const realEpochMs = RealDate.now.bind(RealDate);
const realSinceLoadMs = performance.now.bind(performance);

// A message is a task like a timer's, without the 4 ms that browsers add to nested timers.
const settle = () =>
  new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });

const begin = globalThis.__cuspClock ?? { realAtMs: realEpochMs(), atMs: realEpochMs(), rate: 1 };
const time = virtualTime(begin, {
  epochMs: realEpochMs,
  sinceLoadMs: realSinceLoadMs,
  wake: (run, delayMs) => setTimeout.call(globalThis, run, delayMs) as unknown as number,
  cancel: (id) => clearTimeout.call(globalThis, id),
  settle,
  report: (error) => globalThis.reportError(error),
});

type Run = (...args: unknown[]) => void;
const timer = (repeat: boolean) =>
  ((run: Run, delayMs = 0, ...args: unknown[]) => time.set(() => run(...args), delayMs, repeat)) as unknown as typeof setTimeout;

const epochMs = () => Math.floor(time.now());

Object.assign(globalThis, {
  Date: new Proxy(RealDate, {
    construct: (target, args, newTarget) => Reflect.construct(target, args.length ? args : [epochMs()], newTarget),
    apply: () => new RealDate(epochMs()).toString(),
    get: (target, key) => (key === "now" ? epochMs : Reflect.get(target, key)),
  }),
  setTimeout: timer(false),
  setInterval: timer(true),
  clearTimeout: time.clear,
  clearInterval: time.clear,
});
performance.now = time.sinceLoad;

async function change(what: { rate: number } | { skip_ms: number }): Promise<void> {
  const reply = await fetch("/dev/clock", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(what),
  });
  if (!reply.ok) throw new Error(`the clock did not move: ${reply.status}`);
  await time.adopt((await reply.json()) as ClockState);
}

globalThis.cuspClock = {
  real: realEpochMs,
  now: epochMs,
  rate: time.rate,
  setRate: (rate) => change({ rate }),
  skip: (ms) => change({ skip_ms: ms }),
};
