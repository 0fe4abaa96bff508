/** The edge's only clock. The demo moves it; everything else runs on the system's. */
export interface Clock {
  now: () => number;
  /** The system's instant at which `now` will read `atMs`: what an alarm is set to. */
  systemTime: (atMs: number) => number;
}

export const systemClock: Clock = { now: () => Date.now(), systemTime: (atMs) => atMs };
