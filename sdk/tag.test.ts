import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Observe, Page } from "./signals/page.ts";
import { startFromTag } from "./tag.ts";
import { everything, openVisit } from "./test-visit.ts";

const visit = openVisit();
type Command = { (...command: unknown[]): unknown; q?: unknown };
const page = window as unknown as { cusp?: Command | Element | undefined };
const command = (...args: unknown[]) => (page.cusp as Command)(...args);

let pages: Page[] = [];
const watching: Observe = (seen) => void pages.push(seen);

/** Runs the script as if it were that of a tag with these attributes. */
async function load(attributes = "", signals: readonly Observe[] = [...everything.signals, watching]) {
  document.head.innerHTML = `<script src="https://edge.test/cusp.js" data-site="pk_demo" ${attributes}></script>`;
  vi.spyOn(Document.prototype, "currentScript", "get").mockReturnValue(document.head.querySelector("script"));
  startFromTag({ ...everything, signals });
  await visit.pass(1);
}

beforeEach(() => {
  pages = [];
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  if (typeof page.cusp === "function") command("stop");
  Reflect.deleteProperty(page, "cusp");
  document.head.innerHTML = "";
});

test("what was asked before the script came is answered in order, a wrong command is told of and skipped", async () => {
  const heard: string[] = [];
  const queue = [
    ["on", "signal", ({ kind }: { kind: string }) => heard.push(kind)],
    ["idnetify", "u-1"],
    null,
    ["identify", "u-1"],
    ["consent", "granted"],
  ];
  page.cusp = Object.assign(() => {}, { q: queue });
  await load();
  await visit.pass(2500);
  document.body.click();
  expect(heard).toContain("click");
  expect(visit.batches[0]?.user?.id).toBe("u-1");
  expect(vi.mocked(console.error).mock.calls).toEqual([
    [expect.stringMatching(/there is no idnetify; there are identify, track, /)],
  ]);
});

test("attributes are the options of start", async () => {
  await load('data-consent="" data-dead-clicks data-search-words="false" data-search-parameter="find" data-scroll-root="#main"');
  const [{ options } = {} as Page] = pages;
  expect(options).toMatchObject({ deadClicks: true, searchWords: false, searchParameter: "find", scrollRoot: "#main" });
  expect(visit.batches).toEqual([]); // pending, as when nothing is said
});

test("batches go to the origin of the script, or where the site says", async () => {
  const fetched = vi.mocked(fetch);
  vi.stubGlobal("fetch", vi.fn(fetched));
  await load('data-consent="granted" data-edge="https://shop.test/metrics/"');
  await visit.pass(2500);
  const addresses = vi.mocked(fetch).mock.calls.map(([address]) => address);
  expect(addresses).toContain("https://shop.test/metrics/v1/batches");
  expect(addresses).toContain("https://shop.test/metrics/v1/sites/pk_demo");
});

test("elements named like us, in any number, change nothing", async () => {
  document.body.innerHTML = `<a id=cusp href=https://evil.test></a><a id=cusp name=q></a><form id=cusp-form name=currentScript></form>
    <img name=currentScript src=https://evil.test/x.js><form name=forms><input name=length></form><img name=q>`;
  page.cusp = document.querySelector("a") as Element;
  await load('data-consent="granted"');
  expect(typeof page.cusp).toBe("function");
  await visit.pass(2500);
  expect(visit.said("page_view")).toHaveLength(1);
});

test("a queue that is none, and a script that cannot find its element, throw nothing", async () => {
  page.cusp = Object.assign(() => {}, { q: { length: 1e9, 0: ["stop"] } });
  await load('data-consent="granted"');
  expect(typeof page.cusp).toBe("function");
  command("stop");
  Reflect.deleteProperty(page, "cusp");
  vi.spyOn(Document.prototype, "currentScript", "get").mockReturnValue(null);
  document.head.innerHTML = "";
  expect(() => startFromTag(everything)).not.toThrow();
  expect(page.cusp).toBeUndefined();
});

test("a script that is run as a module, or by a loader, is known by its key", async () => {
  document.head.innerHTML = '<script src="https://edge.test/cusp.js" data-site="pk_demo" data-consent="granted"></script>';
  vi.spyOn(Document.prototype, "currentScript", "get").mockReturnValue(null);
  startFromTag(everything);
  await visit.pass(2500);
  expect(visit.said("page_view")).toHaveLength(1);
});

test("what was asked of window.cusp after a stop and another start is answered by the other", async () => {
  await load('data-consent="granted"');
  const first = page.cusp as Command;
  first("stop");
  await load('data-consent="granted"');
  const heard = vi.fn();
  first("on", "signal", heard);
  document.body.click();
  expect(heard).toHaveBeenCalledTimes(1);
});
