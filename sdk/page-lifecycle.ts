import { attempt, type Life } from "./guard.ts";
import type { Why } from "./signals/page.ts";

export interface Lifecycle {
  /** `hidden` or frozen, perhaps for ever; `gone` when the document is unloaded or put away. May come twice. */
  leave: (why: Why) => void;
  back: () => void;
  /** The document came back from the back/forward cache. */
  view: () => void;
  /** A router may have moved on. */
  moved: () => void;
}

/** Also of routers that call no method of `history`. */
type CurrentEntryChange = Event & { navigationType?: string };

/** `hidden` is the last event a phone is sure to send; `unload` would cost the page its back/forward cache. */
export function observeLifecycle({ listen }: Life, { leave, back, view, moved }: Lifecycle): void {
  // `replaceState` is left alone: sites call it while scrolling, and each call would be a page view nobody made.
  const push = history.pushState.bind(history);
  history.pushState = (...args) => {
    push(...args);
    attempt(moved);
  };
  listen(document, "visibilitychange freeze", () => (document.hidden ? leave("hidden") : back()));
  listen(window, "pagehide", () => leave("gone"));
  listen<PageTransitionEvent>(window, "pageshow", ({ persisted }) => {
    if (persisted) view();
  });
  listen(window, "popstate", moved);
  const { navigation } = window as { navigation?: EventTarget };
  if (navigation)
    listen<CurrentEntryChange>(navigation, "currententrychange", (event) => event.navigationType !== "replace" && moved());
}
