import type { Signal } from "../../contract/signals.ts";
import { element } from "../element.ts";
import { plainName } from "../webhook.ts";

const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`;
const seconds = (ms: number): string => `${Math.round(ms / 100) / 10} s`;

/** The part of a URL that a reader of the panel needs; whatever cannot be parsed is shown as it came. */
function path(url: string): string {
  try {
    const { pathname, search } = new URL(url);
    return pathname + search;
  } catch {
    return url;
  }
}

export function signalValues(signal: Signal): string {
  switch (signal.kind) {
    case "page_view":
      return [path(signal.url), signal.device, signal.landing && `from ${signal.landing}`, signal.again && "again"]
        .filter(Boolean)
        .join(" · ");
    case "scroll_depth":
      return signal.fits ? "fits one screen" : percent(signal.depth);
    case "dwell":
      return seconds(signal.engaged_ms) + (signal.left ? " · left" : "");
    case "exit_intent":
      return `quality ${signal.quality.toFixed(2)} · ${seconds(signal.quiet_ms)} untouched`;
    case "click":
      return signal.target;
    case "form_start":
      return `${signal.form} · ${signal.fields} fields`;
    case "form_submit":
      return signal.form + (signal.failed ? " · refused" : "");
    case "form_abandon":
      return `${signal.form} · ${signal.filled} of ${signal.fields} filled · ${seconds(signal.engaged_ms)}`;
    case "message_shown":
    case "message_clicked":
    case "message_dismissed":
      return `…${signal.message.slice(-11)}`;
    default:
      return otherValues(signal);
  }
}

const common = ["n", "at", "page", "kind"];

/** `name value` of every field of its own; texts are shown as text. */
function otherValues(signal: Signal): string {
  const own = Object.entries(signal).filter(([name]) => !common.includes(name));
  return own
    .map(([name, value]) => `${plainName(name)} ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(" · ");
}

/** `sinceMs`: after the page was shown. */
export const signalRow = (signal: Signal, sinceMs: number): HTMLElement =>
  element(
    "li",
    { "data-kind": signal.kind },
    element("b", {}, plainName(signal.kind)),
    element("span", {}, signalValues(signal)),
    element("time", {}, `${(sinceMs / 1000).toFixed(1)} s`),
  );
