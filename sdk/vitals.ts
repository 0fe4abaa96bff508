import { onCLS, onINP, onLCP } from "web-vitals";
import type { WebVitals } from "../contract/signals.ts";

export type Vitals = Pick<WebVitals, "lcp_ms" | "inp_ms" | "cls">;

/** This module, which is a file of its own: it comes when the page is idle, and finds what happened before. */
export type LoadVitals = (edge: string) => Promise<{ observeVitals: typeof observeVitals }>;

/** Every change, as the page is left before the last word on a vital is spoken. */
const options = { reportAllChanges: true };

/** Tells one vital at a time, when it is known and whenever it changes, for as long as the document lives. */
export function observeVitals(tell: (vitals: Vitals) => void): void {
  onLCP(({ value }) => tell({ lcp_ms: Math.round(value) }), options);
  onINP(({ value }) => tell({ inp_ms: Math.round(value) }), options);
  onCLS(({ value }) => tell({ cls: Math.round(value * 1000) / 1000 }), options);
}
