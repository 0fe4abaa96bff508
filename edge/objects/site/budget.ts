import type { Clock } from "../../clock.ts";

interface Window {
  startMs: number;
  used: number;
}

/** The budget for visitors never seen before, in windows that follow each other. */
export function siteBudget({ kv }: DurableObjectStorage, clock: Clock) {
  return {
    admit(want: number, max: number, perMs: number): { granted: number; untilMs: number } {
      const now = clock.now();
      const had = kv.get<Window>("window");
      const window = had && now >= had.startMs && now < had.startMs + perMs ? had : { startMs: now, used: 0 };
      const granted = Math.max(0, Math.min(want, max - window.used));
      if (granted > 0) kv.put("window", { startMs: window.startMs, used: window.used + granted } satisfies Window);
      return { granted, untilMs: window.startMs + perMs };
    },
  };
}
