import type { Clock } from "../../clock.ts";

/** What was granted is to be used by `untilMs`, and more may be had after. */
export interface Lease {
  granted: number;
  untilMs: number;
}

/** At most so many attempts of all isolates within each stretch. It lives in memory: an object that restarts may grant one stretch twice. */
export function endpointRate(clock: Clock) {
  let untilMs = 0;
  let used = 0;
  return (want: number, { max, per }: { max: number; per: number }): Lease => {
    const nowMs = clock.now();
    if (nowMs >= untilMs) {
      untilMs = nowMs - (nowMs % per) + per;
      used = 0;
    }
    const granted = Math.max(0, Math.min(want, max - used));
    used += granted;
    return { granted, untilMs };
  };
}
