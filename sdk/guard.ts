export type Stop = () => void;

/** The page must never see one of our mistakes, nor one of a callback it gave us. */
export function attempt<T>(task: () => T): T | undefined {
  try {
    return task();
  } catch {
    return undefined; // storage refused, an API missing or clobbered, a callback that throws: none is the page's concern
  }
}

export function later(waitMs: number, task: () => void): Stop {
  const timer = setTimeout(() => attempt(task), waitMs);
  return () => clearTimeout(timer);
}

export const whenIdle = (task: () => void): void =>
  void (window.requestIdleCallback ?? setTimeout)(() => attempt(task), { timeout: 1000 } as IdleRequestOptions & number);

/** Listeners and timers that end together. */
export interface Life {
  /** Passive, so that input is never held up. `types` are separated by spaces. */
  listen: <E extends Event>(target: EventTarget, types: string, task: (event: E) => void, capture?: boolean) => void;
  later: (waitMs: number, task: () => void) => Stop;
  onFrame: (task: () => void) => void;
  end: Stop;
}

export function openLife(): Life {
  const ending = new AbortController();
  const { signal } = ending;
  const alive = (task: () => void) => () => {
    if (!signal.aborted) attempt(task);
  };
  return {
    listen<E extends Event>(target: EventTarget, types: string, task: (event: E) => void, capture = true) {
      const handler = (event: Event) => attempt(() => task(event as E));
      for (const type of types.split(" ")) target.addEventListener(type, handler, { capture, signal, passive: true });
    },
    later: (waitMs, task) => later(waitMs, alive(task)),
    onFrame: (task) => requestAnimationFrame(alive(task)),
    end: () => ending.abort(),
  };
}
