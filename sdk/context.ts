import { redactReferrer, redactUrl } from "../contract/redact.ts";
import type { Context } from "../contract/wire.ts";

/** By the primary pointer: a laptop with a touch screen is still a desktop. */
export const hasTouch = (): boolean => !!window.matchMedia?.("(pointer:coarse)").matches;

/** What can be told at once, without a layout. */
export function contextNow(): Context {
  const { href } = location;
  const referrer = redactReferrer(document.referrer, href);
  return { url: redactUrl(href), ...(referrer && { referrer }), language: navigator.language, touch: hasTouch() };
}

/** What costs time: a layout, and some 50 ms for the first look at the time zone. */
export const contextLater = (): Context => ({
  time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  viewport: [innerWidth, innerHeight],
});

export const whenIdle = (task: () => void): void =>
  void (window.requestIdleCallback ?? setTimeout)(task, { timeout: 1000 } as never);
