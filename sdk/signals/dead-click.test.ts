import { expect, test, vi } from "vitest";
import { openVisit } from "../test-visit.ts";

const visit = openVisit();
const deads = () => visit.said("dead_click");
const start = (html: string, deadClicks = true) => {
  document.body.innerHTML = html;
  return visit.start({ deadClicks });
};
const find = (selector: string) => document.querySelector(selector) as HTMLElement;
const click = (selector: string) =>
  find(selector).dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, detail: 1 }));
const on = (selector: string, task: () => void) => find(selector).addEventListener("click", task);

test("off unless the site asks for it", async () => {
  await start("<button>Buy</button>", false);
  click("button");
  await visit.pass(6000);
  expect(deads()).toEqual([]);
});

test("a click on what looks clickable after which nothing happens for 2.5 s is dead", async () => {
  await start("<button data-cusp-name=buy><b>Buy</b></button><a href=#>More</a><i style='cursor:pointer'>card</i>");
  for (const selector of ["b", "a", "i"]) {
    find(selector).addEventListener("click", (event) => event.preventDefault());
    click(selector);
    await visit.pass(3000);
  }
  await visit.leaving();
  expect(deads().map((dead) => dead.kind === "dead_click" && dead.target)).toEqual(["buy", "a", "i"]);
});

test("what does not look clickable, is a toggle or a field, or is hidden by the site cannot be dead", async () => {
  await start(
    "<p>text</p><button aria-pressed=true>t</button><input name=n><section data-cusp-ignore><button id=x>x</button></section>",
  );
  for (const selector of ["p", "button", "input", "#x"]) {
    click(selector);
    await visit.pass(6000);
  }
  expect(deads()).toEqual([]);
});

test.each<[string, () => void]>([
  ["a change of the document", () => document.body.append("done")],
  ["an attribute", () => document.body.setAttribute("class", "open")],
  ["scrolling", () => document.dispatchEvent(new Event("scroll"))],
  ["focus that moves", () => document.dispatchEvent(new Event("focusin"))],
  ["another window or program", () => visit.blur()],
  ["a jump within the page", () => window.dispatchEvent(new Event("hashchange"))],
  ["a form that is sent or refused", () => document.dispatchEvent(new Event("submit"))],
])("it is alive by %s", async (_, answer) => {
  await start("<button>Buy</button>");
  on("button", answer);
  click("button");
  await visit.pass(6000);
  expect(deads()).toEqual([]);
});

test("a slow handler is alive when it answers within 2.5 s, and taken for dead when it takes longer", async () => {
  await start("<button>Buy</button><p></p>");
  for (const slowMs of [500, 1000, 2000, 3000, 4000]) {
    click("button");
    setTimeout(() => find("p").append(`${slowMs}`), slowMs);
    await visit.pass(8000);
  }
  await visit.leaving();
  expect(deads()).toHaveLength(2);
});

test("a link that the browser follows, and a page that is left, are not dead", async () => {
  await start("<a href='/slow'>Slow page</a><button>Go</button>");
  click("a");
  await visit.pass(6000);
  click("button");
  await visit.leaving();
  await visit.pass(6000);
  expect(deads()).toEqual([]);
});

test("scrolling by touch is no click", async () => {
  await start("<button>Buy</button>");
  for (const type of ["pointerdown", "touchstart", "touchmove", "pointercancel", "touchend"])
    find("button").dispatchEvent(new Event(type, { bubbles: true }));
  await visit.pass(6000);
  expect(deads()).toEqual([]);
});

test("the document is watched only until its first change", async () => {
  const observe = vi.spyOn(MutationObserver.prototype, "observe");
  const disconnect = vi.spyOn(MutationObserver.prototype, "disconnect");
  await start("<button>Buy</button>");
  on("button", () => document.body.append("done"));
  const before = observe.mock.calls.length;
  click("button");
  await visit.pass(0);
  expect(observe.mock.calls.length - before).toBe(1);
  expect(disconnect).toHaveBeenCalled();
});
