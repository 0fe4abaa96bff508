import type { Clock } from "../../clock.ts";
import type { Rate } from "../person/endpoints.ts";

/** What was granted is to be used by `untilMs`. Whoever got nothing may ask again at `moreAtMs`. */
export interface Lease {
  granted: number;
  untilMs: number;
  moreAtMs: number;
}

/**
 * At most so many attempts of all isolates within each stretch. It lives in memory: an object that restarts may grant one stretch twice.
 * Whoever gets nothing is told to come in the stretch that has room for them, as all would come in the next one else.
 */
export function endpointRate(clock: Clock) {
  let untilMs = 0;
  let used = 0;
  let refused = 0;
  return (want: number, { max, per }: Rate): Lease => {
    const nowMs = clock.now();
    // Longer than a whole stretch: another rate was pushed, or the clock put back.
    if (nowMs >= untilMs || untilMs - nowMs > per) {
      untilMs = nowMs - (nowMs % per) + per;
      used = refused = 0;
    }
    const granted = Math.max(0, Math.min(want, max - used));
    used += granted;
    if (granted) return { granted, untilMs, moreAtMs: untilMs };
    const moreAtMs = untilMs + Math.floor(refused++ / max) * per;
    return { granted, untilMs, moreAtMs };
  };
}
