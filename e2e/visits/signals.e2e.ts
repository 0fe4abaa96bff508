import { setTimeout as after } from "node:timers/promises";
import type { Tab } from "../browsers/tab.ts";
import { expect, ready, skip, test } from "../cusp.ts";
import { type Recorder, startRecorder } from "../recorder.ts";

interface Page {
  tab: Tab;
  goto: (path: string) => Promise<void>;
}

interface Gesture {
  /** What a visitor does on the page of the kind, `demo-site/signals/<kind>.html`. */
  act: (page: Page) => Promise<void>;
  /** Another page, where the kind has none of its own. */
  path?: string;
  /** It is said only when the page is left. */
  leaving?: true;
  /** It is said again whenever it is news. */
  repeats?: true;
  /** Browsers that cannot show it, each with the reason. */
  not?: Partial<Record<string, string>>;
}

interface PageGlobals {
  cusp: (...command: unknown[]) => void;
}

const at = (tab: Tab, path: string) => tab.until((wanted) => location.pathname === wanted, path);
const ask =
  (...command: unknown[]) =>
  ({ tab }: Page) =>
    tab.evaluate((asked) => (globalThis as unknown as PageGlobals).cusp(...asked), command);
const click =
  (selector: string) =>
  ({ tab }: Page) =>
    tab.click(selector);
const wait =
  (ms: number) =>
  ({ tab }: Page) =>
    skip(tab, ms);
const push: Gesture = { act: click("[data-push]") };

/** Kind and gesture; each must be heard exactly once. */
const gestures: Record<string, Gesture> = {
  page_view: { path: "/signals/click", act: async () => undefined },
  dwell: { path: "/signals/click", act: wait(3500) },
  click: { act: click("[data-cusp-name=add-to-cart]") },
  rage_click: {
    act: ({ tab }) => tab.click("[data-cusp-name=buy]", 3),
  },
  dead_click: {
    async act({ tab }) {
      await tab.click("[data-cusp-name=dead]");
      await skip(tab, 5000);
    },
  },
  scroll_depth: { act: ({ tab }) => tab.wheel(700) },
  rapid_scroll: {
    async act({ tab }) {
      for (let i = 0; i < 12; i++) {
        await tab.wheel(350);
        await after(60); // a hand turns the wheel notch by notch; a jump is no rush
      }
    },
  },
  exit_intent: {
    async act({ tab }) {
      await skip(tab, 11_000);
      await tab.leaveOverTheTop();
      await skip(tab, 300);
    },
  },
  idle: { act: wait(31_000) },
  form_start: { act: click("[name=city]") },
  form_progress: {
    async act({ tab }) {
      await tab.fill("[name=city]", "Somewhere");
      await tab.click("h1");
    },
  },
  form_submit: {
    async act({ tab }) {
      await tab.fill("[name=lead] [name=city]", "Somewhere");
      await tab.click("[name=lead] [type=submit]");
    },
  },
  form_abandon: {
    leaving: true,
    async act({ tab }) {
      await tab.fill("[name=city]", "Somewhere");
      await skip(tab, 5000);
    },
  },
  quick_back: {
    async act({ tab }) {
      await tab.click("main a");
      await at(tab, "/signals/idle");
      await ready(tab);
      await tab.evaluate(() => void setTimeout(() => history.back())); // after the answer: the page that would give it is going
      await at(tab, "/signals/quick_back");
    },
  },
  video_unplayed: { act: wait(11_000) },
  video_progress: {
    async act({ tab }) {
      await tab.evaluate(() => {
        const video = document.querySelector("video") as HTMLVideoElement;
        video.addEventListener("timeupdate", () => video.currentTime > 0.3 * video.duration && video.pause());
        video.play().catch(() => undefined);
      });
      await tab.until(() => (document.querySelector("video") as HTMLVideoElement).paused);
    },
  },
  element_seen: { act: wait(3500) },
  search: {
    async act({ tab }) {
      await tab.click("form [type=submit]");
      await tab.until(() => location.search !== "");
      await ready(tab);
    },
  },
  comparison: {
    async act({ goto }) {
      await goto("/p/harbour-blend");
      await goto("/p/lighthouse-espresso");
    },
  },
  view_item: push,
  add_to_wishlist: push,
  add_to_cart: push,
  remove_from_cart: push,
  view_cart: push,
  begin_checkout: push,
  payment_failed: push,
  coupon_refused: push,
  purchase: push,
  offer_declined: { act: click("[data-cusp-decline]") },
  web_vitals: {
    leaving: true,
    repeats: true,
    // They come once a visitor stays.
    async act({ tab }) {
      await skip(tab, 3500);
      await tab.until(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/vitals.js")));
      await tab.click("main button");
    },
    not: { webkit: "WebKitGTK measures none of LCP, INP and CLS" },
  },
  identify: { path: "/signals/click", act: ask("identify", "u-42", { traits: { plan: "harbour" } }) },
  custom: { path: "/signals/click", act: ask("track", "brewed", { cups: 2 }) },
};

/** In place of the demo's own: writes down what is heard where the next page can read it. */
const stub = `globalThis.cusp ??= (...command) => { (cusp.q ??= []).push(command); };
globalThis.cuspHeard = { past: [] };
cusp("on", "signal", (signal) => localStorage.setItem(["heard", signal.page, signal.n].join(" "), JSON.stringify(signal)));`;

interface Heard {
  page: string;
  n: number;
  kind: string;
}

async function heardIn(tab: Tab, wanted: string): Promise<Heard[]> {
  const all = await tab.evaluate(() =>
    Object.entries({ ...localStorage }).flatMap(([key, value]) => (key.startsWith("heard ") ? [value as string] : [])),
  );
  return all.map((text) => JSON.parse(text) as Heard).filter(({ kind }) => kind === wanted);
}

const isTaken = ({ taken }: Recorder, { page, n, kind }: Heard) =>
  taken.some(
    ({ batch, accepted }) =>
      accepted && batch.signals.some((signal) => signal.page === page && signal.n === n && signal.kind === kind),
  );

for (const [kind, { act, path = `/signals/${kind}`, leaving, repeats, not }] of Object.entries(gestures))
  test(`one ${kind} is heard once, and taken by the edge`, async ({ edge, tab }) => {
    const reason = not?.[process.env.CUSP_BROWSER ?? "chromium"];
    test.skip(reason !== undefined, reason);
    const recorder = await startRecorder(edge.url, (asked) =>
      asked === "/stub.js" ? stub : asked === "/away" ? "away" : undefined,
    );
    try {
      const goto = async (to: string) => {
        await tab.goto(recorder.url + to);
        await ready(tab);
      };
      const saidOnce = () =>
        expect
          .poll(async () => {
            const { length } = await heardIn(tab, kind);
            return repeats ? Math.min(1, length) : length;
          }, kind)
          .toBe(1);
      await goto(path);
      await act({ tab, goto });
      if (!leaving) await saidOnce();
      const before = await heardIn(tab, kind);
      await tab.goto(`${recorder.url}/away`);
      if (leaving) await saidOnce();
      for (const signal of leaving ? await heardIn(tab, kind) : before)
        await expect.poll(() => isTaken(recorder, signal), kind).toBe(true);
      expect(recorder.taken.filter(({ accepted }) => !accepted)).toEqual([]);
    } finally {
      await recorder.close();
    }
  });
