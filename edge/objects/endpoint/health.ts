import type { Clock } from "../../clock.ts";
import type { Health, LogEntry } from "../../outbox/log-entry.ts";
import { type Breaker, disable, freshBreaker, healthOf, type News, noted } from "./breaker.ts";

/** How a destination is: kept where what matters changed, so that a well one costs no row. */
export function endpointHealth(storage: DurableObjectStorage, clock: Clock) {
  let breaker: Breaker | undefined;
  const now = (): Breaker => {
    breaker ??= storage.kv.get<Breaker>("breaker") ?? freshBreaker;
    return breaker;
  };

  function put(next: Breaker): void {
    const lasting = ({ recent: _recent, ...rest }: Breaker) => JSON.stringify(rest);
    if (lasting(next) !== lasting(now())) storage.kv.put("breaker", next);
    breaker = next;
  }

  return {
    health: (): Health => healthOf(now()),
    breaker: now,
    /** @returns what somebody is to be told */
    note(entries: readonly LogEntry[]): News[] {
      // What was answered before somebody enabled it, and is told only now, disables it no more.
      const enabledAtMs = storage.kv.get<number>("enabled") ?? 0;
      return entries.flatMap((entry) => {
        if (entry.atMs < enabledAtMs) return [];
        const { breaker: next, news } = noted(now(), entry, clock.now());
        put(next);
        return news;
      });
    },
    disable: (why: string): void => put(disable(now(), why, clock.now())),
    enable(): void {
      put(freshBreaker);
      storage.kv.put("enabled", clock.now());
    },
    /** Forgets what storage was rolled back from. */
    reset(): void {
      breaker = undefined;
    },
  };
}
