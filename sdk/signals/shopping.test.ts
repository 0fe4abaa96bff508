import { afterEach, expect, test, vi } from "vitest";
import { openVisit } from "../test-visit.ts";

const visit = openVisit();
const shop = window as unknown as { dataLayer?: unknown[] };
afterEach(() => {
  delete shop.dataLayer;
});
const about = (id: string) => ({ items: [{ item_id: id, price: 14 }] });
const go = async (path: string, staysMs: number) => {
  history.pushState({}, "", path);
  await visit.pass(staysMs);
};

test("what a shop tells its data layer reaches the edge once, with no work by the site", async () => {
  shop.dataLayer = [{ event: "view_item", ecommerce: about("a") }];
  await visit.start({ path: "/p/a" });
  await visit.pass(1500);
  shop.dataLayer.push({ event: "add_to_cart", ecommerce: about("a") });
  await go("/cart", 1000);
  shop.dataLayer.push({ event: "view_cart", ecommerce: about("a") });
  await visit.leaving();
  const items = [{ id: "a", price: 14 }];
  expect(visit.said("view_item")).toEqual([{ kind: "view_item", items }]);
  expect(visit.said("add_to_cart")).toEqual([{ kind: "add_to_cart", items }]);
  expect(visit.said("view_cart")).toEqual([{ kind: "view_cart", items }]);
});

test("the same by hand, and a wrong call only says so", async () => {
  const complain = vi.spyOn(console, "error").mockImplementation(() => {});
  const cusp = await visit.start({ path: "/p/a", searchWords: true });
  cusp.track("add_to_cart", about("a"));
  cusp.track("search", { query: "how to return", results: 0 });
  cusp.track("add_to_cart", { items: "a" });
  await visit.pass(1500);
  await visit.leaving();
  expect(visit.said("add_to_cart")).toHaveLength(1);
  expect(visit.said("search")).toEqual([{ kind: "search", query_class: "help", results: 0, query: "how to return" }]);
  expect(complain).toHaveBeenCalledTimes(1);
});

test("going back and forth between two products is a comparison and a quick return", async () => {
  await visit.start({ path: "/p/a" });
  await visit.pass(8000);
  await go("/p/b", 4000);
  await go("/p/a", 4000);
  await visit.leaving();
  expect(visit.said("comparison")).toEqual([
    { kind: "comparison", products: 2 },
    { kind: "comparison", products: 2, back_and_forth: true },
  ]);
  expect(visit.said("quick_back")).toEqual([
    { kind: "quick_back", away_ms: expect.toSatisfy((ms: number) => ms >= 4000 && ms < 4100) },
  ]);
});

test("a browser that cannot say what is in view tells all the rest", async () => {
  document.body.innerHTML = "<i data-cusp-seen='terms'></i><button data-cusp-decline>No</button>";
  vi.stubGlobal("IntersectionObserver", undefined);
  await visit.start({ path: "/search?q=refund" });
  await visit.pass(1500);
  document.querySelector("button")?.click();
  await visit.leaving();
  expect(visit.said("offer_declined")).toHaveLength(1);
  expect(visit.said("search")).toHaveLength(1);
});
