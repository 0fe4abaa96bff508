import type { Clock } from "../../clock.ts";
import type { TailLine, Told } from "../../site/answers.ts";

const kept = 500;
const leaseMs = 60_000;

/** What is happening now, for as long as somebody looks. It lives in memory: nothing of it is stored. */
export function siteTail(clock: Clock) {
  let lines: TailLine[] = [];
  let seq = 0;
  let untilMs = 0;
  return {
    isFollowed: () => clock.now() < untilMs,
    tell(told: readonly Told[]): void {
      if (clock.now() >= untilMs) return;
      for (const line of told) {
        seq = Math.max(seq + 1, clock.now() * 1000);
        lines.push({ seq, ...line });
      }
      lines = lines.slice(-kept);
    },
    /** What came after a line; looking keeps the tail open for another minute. */
    follow(after: number): TailLine[] {
      if (clock.now() >= untilMs) lines = [];
      untilMs = clock.now() + leaseMs;
      return lines.filter((line) => line.seq > after);
    },
  };
}
