/** One tab as a visitor has it. Functions run in the page: they see nothing around them, and argument and result are JSON. */
export interface Tab {
  goto: (url: string) => Promise<void>;
  evaluate: <R, A = undefined>(inPage: (arg: A) => R | Promise<R>, arg?: A) => Promise<R>;
  /** Waits until `inPage` is true; a document that goes meanwhile is no failure. */
  until: <A = undefined>(inPage: (arg: A) => unknown, arg?: A) => Promise<void>;
  /** In px of the viewport. */
  move: (x: number, y: number) => Promise<void>;
  wheel: (px: number) => Promise<void>;
  /** Once, or `times` in quick succession. */
  click: (selector: string, times?: number) => Promise<void>;
  /** By the keyboard, into a field clicked first. */
  fill: (selector: string, text: string) => Promise<void>;
  /** The pointer rises and goes out over the top edge. */
  leaveOverTheTop: () => Promise<void>;
  close: () => Promise<void>;
  /** Kills the process that draws the page, and no other. */
  crash: () => Promise<void>;
}

/** A browser profile of its own: nothing in it is shared with another visitor, all of it between its tabs. */
export interface Visitor {
  tab: () => Promise<Tab>;
  /** Takes the network away, or gives it back, where the driver can. */
  offline?: (isOffline: boolean) => Promise<void>;
  end: () => Promise<void>;
}

export interface Browser {
  /** What this driver cannot do as a hand would, and what is done instead. */
  cannot: string[];
  visitor: () => Promise<Visitor>;
  close: () => Promise<void>;
}

export const viewport = { width: 1440, height: 900 };

const patienceMs = 15_000;

/** `until` by asking again and again: all that every driver can do while documents come and go. */
export const asking =
  (evaluate: Tab["evaluate"]): Tab["until"] =>
  async (inPage, arg) => {
    const untilMs = Date.now() + patienceMs;
    while (!(await evaluate(inPage, arg).catch(() => false))) {
      if (Date.now() > untilMs) throw new Error(`not so within ${patienceMs} ms: ${String(inPage)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };

/** Where the pointer goes, in px, when it leaves over the top. */
export const wayOut = [300, 200, 100, 40, 2];

/**
 * WebDriver refuses points outside the viewport. The way to the edge is the driver's; the one event that the browser would
 * fire on crossing it is made in the page.
 */
export async function crossTheTop({ evaluate, move }: Pick<Tab, "evaluate" | "move">): Promise<void> {
  for (const y of wayOut) await move(500, y);
  await evaluate(() => {
    const event = new MouseEvent("mouseleave", { clientX: 500, clientY: -5 });
    document.documentElement.dispatchEvent(event);
  });
}
