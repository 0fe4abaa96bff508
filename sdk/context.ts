import { redactUrl } from "../contract/redact.ts";
import type { Context } from "../contract/wire.ts";
import { attempt } from "./guard.ts";

/** By the primary pointer: a laptop with a touch screen is still a desktop. */
export const hasTouch = (): boolean => !!window.matchMedia?.("(pointer:coarse)").matches;

/** What can be told at once, without a layout. */
export function contextNow(): Context {
  const { href } = location;
  return {
    url: redactUrl(href),
    language: navigator.language,
    touch: hasTouch(),
  };
}

export const whenIdle = (task: () => void): void =>
  void (window.requestIdleCallback ?? setTimeout)(() => attempt(task), { timeout: 1000 } as never);
