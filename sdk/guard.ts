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
   * A task that returns a number can do without the type for so many ms; when all that listen to it can, nobody is called.
   */
  listen: <E extends Event>(target: EventTarget, types: string, task: (event: E) => unknown) => void;
  /** For `clearTimeout`. */
  later: (waitMs: number, task: () => void) => number;
  onFrame: (task: () => void) => void;
  end: () => void;
}

export function openLife(): Life {
  const ending = new AbortController();
  const { signal } = ending;
  const heard = new Map<EventTarget, Record<string, ((event: never) => unknown)[]>>();
  const alive =
    <E>(task: (event: E) => unknown) =>
    (event: E) =>
      !signal.aborted && attempt(task, event);
  const later: Life["later"] = (waitMs, task) => setTimeout(alive(task), waitMs) as unknown as number; // Node has another type for it
  /** However many listen, the browser calls once: its calls cost more than what most of us do in them. */
  const hearing = (target: EventTarget, type: string) => {
    const tasks: ((event: never) => unknown)[] = [];
    const how = { capture: target === document, passive: true, signal };
    const hear = () => target.addEventListener(type, tell, how);
    const tell = (event: Event) => {
      // Nothing makes it NaN, and false 0.
      const restMs = Math.min(...(tasks.map((one) => one(event as never)) as number[]));
      if (!restMs) return;
      target.removeEventListener(type, tell, how);
      later(restMs, hear);
    };
    hear();
    return tasks;
  };
  return {
    listen(target, types, task) {
      const tasksOf = heard.get(target) ?? {};
      heard.set(target, tasksOf);
      for (const type of types.split(" ")) {
        tasksOf[type] ??= hearing(target, type);
        tasksOf[type].push(alive(task));
      }
    },
    later,
    onFrame: (task) => requestAnimationFrame(alive(task)),
    end: () => ending.abort(),
  };
}
