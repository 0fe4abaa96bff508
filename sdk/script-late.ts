import { lateSignals } from "./signals/observers.ts";
import type { Observe } from "./signals/page.ts";
import { webVitals } from "./signals/web-vitals.ts";

export * from "./late.ts";
export const signalsOf = (edge: string): Observe[] => [...lateSignals, webVitals(() => import(`${edge}/vitals.js`))];
