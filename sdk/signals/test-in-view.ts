import { vi } from "vitest";

/** What the browser's layout would say of an element: `share` of it is in a window 800 px high; `heightPx` is how high it is. */
export function stubInView() {
  const watching = new Map<Element, IntersectionObserverCallback>();
  class Observer {
    readonly tell: IntersectionObserverCallback;
    constructor(tell: IntersectionObserverCallback) {
      this.tell = tell;
    }
    observe(element: Element) {
      watching.set(element, this.tell);
    }
    disconnect() {
      for (const [element, tell] of watching) if (tell === this.tell) watching.delete(element);
    }
  }
  vi.stubGlobal("IntersectionObserver", Observer);
  const show = (element: Element | null, share: number, heightPx = 200) => {
    const entry = {
      target: element,
      isIntersecting: share > 0,
      intersectionRatio: share,
      intersectionRect: { height: share * heightPx },
      rootBounds: { height: 800 },
    } as unknown as IntersectionObserverEntry;
    watching.get(element as Element)?.([entry], {} as IntersectionObserver);
  };
  return { watching, show };
}
