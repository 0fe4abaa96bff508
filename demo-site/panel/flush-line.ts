import { element } from "../element.ts";
import type { Flush } from "../heard.ts";

const size = (bytes: number): string => (bytes < 1000 ? `${bytes} B` : `${(bytes / 1000).toFixed(1)} kB`);

function flushText(flush: Flush, tookMs: number | undefined): string {
  const what = `${flush.signals} ${flush.signals === 1 ? "signal" : "signals"} · ${size(flush.bytes)}`;
  if (flush.phase === "sent") return `${what} · on its way`;
  if (!flush.status) return `${what} · no answer, kept`;
  return `${what} · answered ${flush.status}${tookMs === undefined ? "" : ` in ${tookMs} ms`}`;
}

export function flushLine() {
  const text = element("span", {}, "Nothing sent yet.");
  const urgent = element("b", { class: "urgent" });
  const sentAtMs = new Map<string, number>();
  return {
    root: element("p", { class: "flush" }, urgent, text),
    /** Measured in real time: the library's own `ms` follows the demo's clock, which may have leapt meanwhile. */
    show(flush: Flush, realAtMs: number): void {
      const batch = `${flush.signals}/${flush.bytes}`;
      const sent = sentAtMs.get(batch);
      if (flush.phase === "sent") sentAtMs.set(batch, realAtMs);
      else sentAtMs.delete(batch);
      text.textContent = flushText(flush, sent === undefined ? undefined : realAtMs - sent);
      urgent.textContent = flush.urgent ? "at once" : "";
    },
  };
}
