import { defaultPages, pageRule } from "../contract/pages.ts";
import type { Context, Settings } from "../contract/wire.ts";

export { redactProperties } from "../contract/redact.ts";
export { adopt } from "./adoption.ts";
export { overcome } from "./refusal.ts";
export { openScoring } from "./scoring.ts";
export { commerceOf } from "./signals/commerce.ts";

/** By the site's own rules: which product a page shows is known by its address. */
export const productOf = (url: string, settings?: Settings): string | undefined =>
  pageRule(url, settings?.pages ?? defaultPages)?.type === "product" ? url : undefined;

interface WithTemporal {
  Temporal?: { Now: { timeZoneId: () => string } };
}

/** A telephone is called Cubot. */
const robot = /[^u]bot\b|crawl|spider|slurp|headless|lighthouse|preview|monitor/i;

/** What costs time: a layout, and, where Temporal is not known yet, some 50 ms for the first look at the time zone. */
export const contextLater = (): Context => ({
  time_zone: (globalThis as WithTemporal).Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  viewport: [innerWidth, innerHeight],
  ...((navigator.webdriver || robot.test(navigator.userAgent)) && { bot: true }),
});
