import { attempt, type Life } from "./guard.ts";

export interface Lifecycle {
  /** Hidden or frozen, perhaps for ever; `gone` when the document is unloaded or put away. May come twice. */
  leave: (gone: boolean) => void;
  back: () => void;
  /** Another page is shown: a router moved on, or the document came back from the back/forward cache. */
  view: () => void;
}

/** `hidden` is the last event a phone is sure to send; `unload` would cost the page its back/forward cache. */
export function observeLifecycle({ listen }: Life, { leave, back, view }: Lifecycle): void {
  let path = location.pathname;
  const moved = () => {
    if (location.pathname === path) return;
    path = location.pathname;
    view();
  };
  // `replaceState` is left alone: sites call it while scrolling, and each call would be a page view nobody made.
  const push = history.pushState.bind(history);
  history.pushState = (...args) => {
    push(...args);
    attempt(moved);
  };
  listen(document, "visibilitychange freeze", () => (document.hidden ? leave(false) : back()));
  listen(window, "pagehide", () => leave(true));
  listen<PageTransitionEvent>(window, "pageshow", ({ persisted }) => persisted && view());
  listen(window, "popstate", moved);
}
