import { expect, test, vi } from "vitest";
import { onCLS, onINP, onLCP } from "web-vitals";
import { observeVitals, type Vitals } from "../vitals.ts";
import { openTestPage } from "./test-page.ts";
import { webVitals } from "./web-vitals.ts";

vi.mock("web-vitals", () => ({ onLCP: vi.fn(), onINP: vi.fn(), onCLS: vi.fn() }));
const page = openTestPage();
const open = () => {
  let tell: (vitals: Vitals) => void = () => {};
  const load = vi.fn(() =>
    Promise.resolve({
      observeVitals: (told: typeof tell) => {
        tell = told;
      },
    }),
  );
  const observe = webVitals(load);
  return { observe, load, tell: (vitals: Vitals) => tell(vitals) };
};

test("what is known of a page's speed is said when it is hidden or left, and again only when it has changed", async () => {
  const { observe, load, tell } = open();
  page.watch(observe);
  expect(load).not.toHaveBeenCalled();
  page.settle("crossing");
  await page.pass(0);
  page.settle("hidden");
  expect(page.said).toEqual([]);
  tell({ lcp_ms: 1234 });
  tell({ cls: 0.012 });
  page.settle("crossing");
  expect(page.said).toEqual([]);
  page.settle("hidden");
  tell({ cls: 0.012 });
  page.settle("gone");
  page.watch(observe);
  tell({ inp_ms: 96 });
  page.end();
  expect(page.said).toEqual([
    { kind: "web_vitals", lcp_ms: 1234, cls: 0.012 },
    { kind: "web_vitals", lcp_ms: 1234, cls: 0.012, inp_ms: 96 },
  ]);
  expect(load).toHaveBeenCalledTimes(1);
});

test("of one leaving they are said once, though the browser measures on; what changed, with the next", async () => {
  const { observe, tell } = open();
  page.watch(observe);
  page.settle("crossing");
  await page.pass(0);
  page.settle("gone");
  tell({ lcp_ms: 1234 });
  page.settle("gone");
  tell({ cls: 0.012 });
  page.hide();
  page.settle("hidden");
  expect(page.said).toEqual([{ kind: "web_vitals", lcp_ms: 1234 }]);
  page.show();
  page.hide();
  page.settle("hidden");
  expect(page.said.slice(1)).toEqual([{ kind: "web_vitals", lcp_ms: 1234, cls: 0.012 }]);
});

test("a library that cannot be loaded is missed by nobody", async () => {
  page.watch(webVitals(() => Promise.reject(new TypeError("network"))));
  page.settle("crossing");
  await page.pass(0);
  page.end();
  expect(page.said).toEqual([]);
});

test("each vital is told as a whole number of milliseconds, the shift to three places", () => {
  const told: Vitals[] = [];
  observeVitals((vitals) => told.push(vitals));
  const report = (ask: unknown, value: number) => vi.mocked(ask as typeof onLCP).mock.calls[0]?.[0]({ value } as never);
  report(onLCP, 1234.5678);
  report(onINP, 95.6);
  report(onCLS, 0.0123456);
  expect(told).toEqual([{ lcp_ms: 1235 }, { inp_ms: 96 }, { cls: 0.012 }]);
});
