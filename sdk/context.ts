import { redactReferrer, redactUrl } from "../contract/redact.ts";
import type { Context } from "../contract/wire.ts";
import type { Identity } from "./identity.ts";

/** By the primary pointer: a laptop with a touch screen is still a desktop. */
export const hasTouch = (): boolean => window.matchMedia?.("(pointer:coarse)").matches === true;

/** What can be told at once, without a layout. */
export function contextNow(): Context {
  const { href } = location;
  const referrer = redactReferrer(document.referrer, href);
  return { url: redactUrl(href), ...(referrer && { referrer }), language: navigator.language, touch: hasTouch() };
}

export function zoneNow(known: Identity["zone"]): [offset: number, name: string] {
  const offset = new Date().getTimezoneOffset();
  return known?.[0] === offset ? known : [offset, Intl.DateTimeFormat().resolvedOptions().timeZone];
}
