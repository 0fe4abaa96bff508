/** The page must never see one of our mistakes, nor one of a callback it gave us. */
export function attempt<T, E>(task: (event: E) => T, event: E): T | undefined;
export function attempt<T>(task: () => T): T | undefined;
export function attempt<T>(task: (event?: unknown) => T, event?: unknown): T | undefined {
  try {
    return task(event);
  } catch {
    return undefined; // storage refused, an API missing or clobbered, a callback that throws: none is the page's concern
  }
}

/** For what may fail without anybody having to know. */
export const quietly = (task: Promise<unknown>): void => void task.catch(() => {});

/** Listeners and timers that end together. */
export interface Life {
  /**
   * Passive, so that input is never held up. `types` are separated by spaces. On the document captured, so that no handler of
   * the page can hide an event; elsewhere not: only the document's own scrolling reaches the window, not that of a carousel.
   */
  listen: <E extends Event>(target: EventTarget, types: string, task: (event: E) => void) => void;
  /** For `clearTimeout`. */
  later: (waitMs: number, task: () => void) => number;
  onFrame: (task: () => void) => void;
  end: () => void;
}

export function openLife(): Life {
  const ending = new AbortController();
  const { signal } = ending;
  const heard = new Map<EventTarget, Record<string, ((event: never) => void)[]>>();
  const alive =
    <E>(task: (event: E) => void) =>
    (event: E) => {
      if (!signal.aborted) attempt(task, event);
    };
  return {
    listen(target, types, task) {
      const tasksOf = heard.get(target) ?? {};
      heard.set(target, tasksOf);
      for (const type of types.split(" ")) {
        const others = tasksOf[type];
        if (others) {
          others.push(task);
          continue;
        }
        const tasks = [task];
        tasksOf[type] = tasks as ((event: never) => void)[];
        // However many listen, the browser calls once: its calls cost more than what most of us do in them.
        const tell = (event: Event) => {
          for (const one of tasks) if (!signal.aborted) attempt(one as (event: Event) => void, event);
        };
        target.addEventListener(type, tell, { capture: target === document, passive: true, signal });
      }
    },
    later: (waitMs, task) => setTimeout(alive(task), waitMs) as unknown as number, // Node has another type for it
    onFrame: (task) => requestAnimationFrame(alive(task)),
    end: () => ending.abort(),
  };
}
