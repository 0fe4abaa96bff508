import { redactUrl } from "../../contract/redact.ts";
import type { Page } from "./page.ts";

const quickMs = 10_000;

export function observeQuickBack({ trail, startMs, emit }: Page): void {
  const [here, away] = trail.slice(-2);
  const url = redactUrl(location.origin + location.pathname);
  if (!here || !away || here.url !== url || away.url === url) return;
  const away_ms = Math.round(Date.now() - (performance.now() - startMs) - away.at);
  if (away_ms >= 0 && away_ms <= quickMs) emit({ kind: "quick_back", away_ms });
}
