import { expect, test, vi } from "vitest";
import { startWith } from "./start.ts";
import { everything, openVisit } from "./test-visit.ts";

const visit = openVisit();
const options = { site: "pk_demo", edge: "https://edge.test", consent: "granted" } as const;

/** A short visit with some of everything. */
async function live() {
  document.body.innerHTML =
    "<form name=order><input name=size><button>Buy</button></form><video></video><p data-cusp-seen=terms>";
  const cusp = startWith(everything, options);
  cusp.on("signal", () => {});
  await visit.pass(600);
  cusp.identify("u-1", { traits: { plan: "pro" } });
  cusp.track("add_to_cart", { items: [{ item_id: "sku-1" }] });
  for (const element of document.querySelectorAll<HTMLElement>("input,button")) {
    element.focus();
    element.click();
  }
  visit.turnAway();
  await visit.scrollTo(0.8);
  history.pushState({}, "", "/p/1");
  await visit.pass(20_000);
  visit.hide();
  visit.show();
  window.dispatchEvent(new Event("online"));
  visit.leave();
  cusp.reset();
  cusp.consent("denied");
  await visit.pass(1000);
  cusp.stop();
  await visit.pass(1000);
}

test("no listener holds up the page or keeps it from the back/forward cache, and all of them end", async () => {
  const added = vi.spyOn(EventTarget.prototype, "addEventListener");
  const pages = (calls: typeof added.mock.calls, targets: unknown[]) =>
    calls.filter((_, i) => {
      const target = targets[i];
      return target === window || target === document || target instanceof Element;
    });
  await live();
  const ours = pages(added.mock.calls, added.mock.contexts);
  expect(ours.length).toBeGreaterThan(20);
  for (const [type, , how] of ours) {
    expect(type).not.toMatch(/unload/);
    expect(how).toMatchObject({ passive: true });
    expect((how as AddEventListenerOptions).signal?.aborted).toBe(true);
  }
});

test("neither cookies nor the other storages are touched", async () => {
  const touched = vi.fn(() => {
    throw new DOMException("", "SecurityError");
  });
  vi.spyOn(window, "localStorage", "get").mockImplementation(touched);
  vi.spyOn(window, "sessionStorage", "get").mockImplementation(touched);
  vi.spyOn(Document.prototype, "cookie", "get").mockImplementation(touched);
  vi.spyOn(Document.prototype, "cookie", "set").mockImplementation(touched);
  await live();
  expect(touched).not.toHaveBeenCalled();
  expect(visit.signals().length).toBeGreaterThan(5);
});

const apis =
  "AbortSignal Blob IDBDatabase IntersectionObserver Intl MutationObserver PerformanceObserver Request URLSearchParams crypto dataLayer fetch getComputedStyle getSelection indexedDB matchMedia requestAnimationFrame requestIdleCallback screen".split(
    " ",
  );

test.each(apis)("a browser without %s, and one where it throws, see no error of ours", async (api) => {
  const seen = vi.fn();
  window.addEventListener("error", seen);
  const refusing = new Proxy(function refuse() {}, {
    get: () => refuse(),
    apply: () => refuse(),
    construct: () => refuse(),
    has: () => refuse(),
  });
  function refuse(): never {
    throw new DOMException("", "SecurityError");
  }
  for (const broken of [undefined, refusing]) {
    const had = Object.getOwnPropertyDescriptor(globalThis, api);
    Object.defineProperty(globalThis, api, { value: broken, configurable: true, writable: true });
    await live();
    if (had) Object.defineProperty(globalThis, api, had);
    else Reflect.deleteProperty(globalThis, api);
  }
  window.removeEventListener("error", seen);
  expect(seen).not.toHaveBeenCalled();
});

test("verbs are safe in any order and after the end", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const cusp = startWith(everything, options);
  cusp.stop();
  for (const verb of Object.values(cusp) as (() => void)[]) expect(verb).not.toThrow();
  cusp.identify("u-1", { traits: { plan: "pro" } });
  cusp.track("size_chosen");
  cusp.page();
  cusp.reset();
  cusp.flush();
  await visit.pass(10_000);
  expect(visit.signals().filter(({ kind }) => kind !== "page_view")).toEqual([]);
});
