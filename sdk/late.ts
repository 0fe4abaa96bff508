import { redactReferrer } from "../contract/redact.ts";
import type { Context } from "../contract/wire.ts";

export { redactProperties } from "../contract/redact.ts";
export { adopt } from "./adoption.ts";
export { overcome } from "./refusal.ts";
export { openScoring } from "./scoring.ts";
export { openSettings } from "./settings.ts";
export { commerceOf } from "./signals/commerce.ts";

interface WithTemporal {
  Temporal?: { Now: { timeZoneId: () => string } };
}

/** A telephone is called Cubot. */
const robot = /[^u]bot\b|crawl|spider|slurp|headless|lighthouse|preview|monitor/i;

/** What costs time: a layout, and, where Temporal is not known yet, some 50 ms for the first look at the time zone. */
export const contextLater = (): Context => ({
  ...(document.referrer && { referrer: redactReferrer(document.referrer, location.href) }),
  time_zone: (globalThis as WithTemporal).Temporal?.Now.timeZoneId() ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  viewport: [innerWidth, innerHeight],
  ...((navigator.webdriver || robot.test(navigator.userAgent)) && { bot: true }),
});
