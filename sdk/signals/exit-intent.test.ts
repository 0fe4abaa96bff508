import { beforeEach, describe, expect, test, vi } from "vitest";
import { openVisit } from "../test-visit.ts";

const visit = openVisit();
const exits = () => visit.said("exit_intent").flatMap((signal) => (signal.kind === "exit_intent" ? [signal] : []));

describe("on a desktop", () => {
  const over = (init: MouseEventInit = {}) => visit.move("mouseleave", { clientX: 500, clientY: -1, ...init });
  const rise = async (pxPerMs: number, init?: MouseEventInit) => {
    let y = 400;
    for (; y > 0; y -= 20 * pxPerMs) {
      visit.move("mousemove", { clientX: 500, clientY: y });
      await visit.pass(20);
    }
    over({ clientY: y, ...init });
  };

  test("a fast exit over the top is said within 300 ms, with its speed and quiet; the faster the surer", async () => {
    await visit.start();
    await visit.pass(10_000);
    await rise(0.6);
    await visit.pass(300);
    await visit.pass(3000);
    expect(exits()).toEqual([
      {
        kind: "exit_intent",
        quality: expect.closeTo(0.6, 1),
        speed: expect.closeTo(0.6, 1),
        quiet_ms: expect.closeTo(10_700, -3),
      },
    ]);
    visit.move("mouseenter", { clientY: 10 });
    await visit.pass(20_000);
    await rise(4);
    await visit.pass(3000);
    expect(exits().map(({ quality }) => quality)).toEqual([expect.closeTo(0.6, 1), 1]);
  });

  test("no exit: drifting, with a button down, over another edge, or with a return within 200 ms", async () => {
    await visit.start();
    await visit.pass(5000);
    await rise(0.2);
    await rise(2, { buttons: 1 });
    await rise(2, { clientY: 300 });
    await rise(2);
    await visit.pass(150);
    visit.move("mouseenter", { clientY: 10 });
    await visit.pass(5000);
    expect(exits()).toEqual([]);
  });

  test("no exit within a second of the page's start, of an input, or of coming back", async () => {
    await visit.start();
    await rise(2);
    await visit.pass(5000);
    document.dispatchEvent(new Event("keydown", { bubbles: true }));
    await rise(2);
    visit.move("mouseenter", { clientY: 10 });
    await visit.pass(500);
    await rise(2);
    await visit.pass(5000);
    expect(exits()).toEqual([]);
  });

  test("the quiet before it counts from the last press, scroll or key, and from coming back into the page", async () => {
    await visit.start();
    await visit.pass(4000);
    document.dispatchEvent(new Event("keydown", { bubbles: true }));
    await visit.pass(6000);
    await rise(2);
    await visit.pass(1000);
    visit.move("mouseenter", { clientY: 10 });
    await visit.pass(9000);
    await rise(2);
    await visit.leaving();
    expect(exits().map(({ quiet_ms }) => Math.round(quiet_ms / 1000))).toEqual([6, 9]);
  });

  test("a busier exit than one before says nothing new", async () => {
    await visit.start();
    for (const quietMs of [6000, 3000]) {
      await visit.pass(quietMs);
      await rise(2);
      await visit.pass(1000);
      visit.move("mouseenter", { clientY: 10 });
    }
    await visit.pass(3000);
    expect(exits()).toHaveLength(1);
  });

  test("a tab closed within the 200 ms still says it", async () => {
    await visit.start();
    await visit.pass(1500);
    await rise(2);
    visit.leave();
    await visit.pass(0);
    expect(exits()).toHaveLength(1);
  });
});

describe("on a phone", () => {
  beforeEach(() => {
    vi.stubGlobal("matchMedia", () => ({ matches: true }));
    vi.spyOn(screen, "width", "get").mockReturnValue(390);
    vi.spyOn(screen, "height", "get").mockReturnValue(844);
  });
  const touch = (type: string) => document.dispatchEvent(new Event(type, { bubbles: true }));
  /** In viewports a second, from and to so many viewports down. */
  const fling = async (speed: number, from: number, to: number) => {
    touch("touchstart");
    touch("touchmove");
    for (let y = from; (to - y) * Math.sign(to - from) > 0; y += (Math.sign(to - from) * speed) / 50)
      await visit.scrollTo((y + 1) / 10);
    touch("touchend");
  };

  test("rushing back up from a viewport down is an exit, with the quiet before the touch", async () => {
    await visit.start();
    await visit.pass(1000);
    await fling(2, 0, 4);
    await visit.pass(8000);
    await fling(3, 4, 0); // 3 × 768 px/s
    await visit.pass(3000);
    expect(exits()).toEqual([
      {
        kind: "exit_intent",
        by: "scroll",
        speed: expect.closeTo(2.3, 1),
        quality: expect.closeTo(0.77, 1),
        quiet_ms: expect.closeTo(8000, -2),
      },
    ]);
  });

  test("no exit: too slow for a phone, from the top of the page, one jump, or sent by a button", async () => {
    await visit.start();
    await visit.pass(1000);
    await fling(3, 0.9, 0);
    await fling(2, 0, 4);
    await fling(1.7, 4, 0);
    await visit.pass(500);
    await visit.scrollTo(0.5);
    await visit.pass(1000);
    await visit.scrollTo(0.1);
    await visit.scrollTo(0.5);
    await visit.pass(1000);
    touch("click");
    for (let share = 0.5; share > 0.1; share -= 0.02) await visit.scrollTo(share);
    await visit.pass(3000);
    expect(exits()).toEqual([]);
  });

  test("back from another app after more than 5 s is an exit, with the quiet before leaving; a glance away is none", async () => {
    await visit.start();
    await visit.pass(7000);
    visit.hide();
    await visit.pass(4000);
    visit.show();
    await visit.pass(1000);
    expect(exits()).toEqual([]);
    visit.hide();
    await visit.pass(60_000);
    visit.show();
    await visit.pass(3000);
    expect(exits()).toEqual([
      { kind: "exit_intent", by: "return", quality: 0.5, speed: 0, quiet_ms: expect.closeTo(12_000, -2) },
    ]);
  });

  test("the back button is left to the visitor", async () => {
    const push = vi.spyOn(history, "pushState");
    await visit.start();
    await visit.pass(5000);
    expect(push).not.toHaveBeenCalled();
  });
});
