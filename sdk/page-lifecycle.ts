import { attempt, type Life } from "./guard.ts";

export interface Lifecycle {
  /** Hidden or frozen, perhaps for ever; `gone` when the document is unloaded or put away. May come twice. */
  leave: (gone: boolean) => void;
  back: () => void;
  /** The document came back from the back/forward cache. */
  view: () => void;
  /** A router may have moved on. */
  moved: () => void;
}

/** `hidden` is the last event a phone is sure to send; `unload` would cost the page its back/forward cache. */
export function observeLifecycle({ listen }: Life, { leave, back, view, moved }: Lifecycle): void {
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
