import { expect, test } from "vitest";
import { openVisit } from "../test-visit.ts";

const visit = openVisit();
const rages = () => visit.said("rage_click");
const start = (html: string) => {
  document.body.innerHTML = html;
  return visit.start();
};
const click = async (selector: string, { times = 1, everyMs = 200, x = 100, y = 100, detail = 1 } = {}) => {
  for (let i = 0; i < times; i++) {
    document.querySelector(selector)?.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: x, clientY: y, detail }));
    await visit.pass(everyMs);
  }
};

test("three quick clicks on one spot are one rage click, said with their number when the burst has ended", async () => {
  await start("<button data-cusp-name=buy>Buy</button>");
  await click("button", { times: 5 });
  expect(rages()).toEqual([]);
  await visit.leaving();
  expect(rages()).toEqual([{ kind: "rage_click", target: "buy", clicks: 5 }]);
});

test("two bursts are two", async () => {
  await start("<a href=#>Buy</a>");
  await click("a", { times: 3 });
  await visit.pass(1000);
  await click("a", { times: 3 });
  await visit.pass(9000);
  expect(rages()).toHaveLength(2);
});

test("no rage: two clicks, slow ones, ones apart, by key or by script, on another thing, or hidden by the site", async () => {
  await start("<button>Buy</button><a href=#>More</a><canvas data-cusp-ignore></canvas>");
  await click("button", { times: 2 });
  await visit.pass(2000);
  await click("button", { times: 4, everyMs: 1000 });
  for (const x of [0, 31, 62, 93]) await click("button", { x });
  await visit.pass(2000);
  await click("button", { times: 4, detail: 0 });
  await click("button", { times: 2 });
  await click("a", { times: 2 });
  await visit.pass(2000);
  await click("canvas", { times: 9 });
  await visit.pass(9000);
  expect(rages()).toEqual([]);
});

test("toggles, steppers and fields are there to be clicked again and again", async () => {
  const html = [
    "<button aria-pressed=false>b</button>",
    "<button aria-expanded=false>b</button>",
    "<div><button>+</button><input type=number></div>",
    "<div><button>+</button><output>1</output></div>",
    "<label>l<input type=checkbox></label>",
    "<input type=radio>",
    "<details><summary>s</summary></details>",
    "<div role=switch aria-checked=false>d</div>",
    "<nav data-cusp-repeat><button>Next</button></nav>",
    "<video></video>",
  ];
  await start(html.map((one, i) => `<section id=s${i}>${one}</section>`).join(""));
  for (let i = 0; i < html.length; i++) {
    await click(`#s${i} :is(button,input,label,summary,[role],video)`, { times: 4 });
    await visit.pass(2000);
  }
  expect(rages()).toEqual([]);
});

test("a button that changed something beside it at every click turns pages; one that changes only itself or answers once does not", async () => {
  await start(
    "<div id=carousel><p></p><div><button id=next>›</button></div></div><div><div><button id=dead>Buy</button></div><i></i></div>",
  );
  const [track, next, dead, beside] = ["p", "#next", "#dead", "i"].map((one) => document.querySelector(one) as HTMLElement);
  next?.addEventListener("click", () => track?.setAttribute("style", `left:${performance.now()}px`));
  await click("#next", { times: 6 });
  await visit.pass(2000);
  expect(rages()).toEqual([]);
  dead?.addEventListener("click", () => dead.append("ripple"));
  dead?.addEventListener("click", () => beside?.setAttribute("title", "failed"), { once: true });
  await click("#dead", { times: 4 });
  await visit.pass(9000);
  expect(rages()).toHaveLength(1);
});

test("a triple click that marks a paragraph is no rage, but marked text elsewhere excuses none", async () => {
  await start("<p id=text>Some words.</p><button>Buy</button>");
  getSelection()?.selectAllChildren(document.querySelector("#text") as Element);
  await click("#text", { times: 3 });
  await visit.pass(2000);
  expect(rages()).toEqual([]);
  await click("button", { times: 3 });
  await visit.pass(9000);
  expect(rages()).toHaveLength(1);
});

test("a label's click that comes back from its field is one click", async () => {
  await start("<label>Name <input name=n></label><b>dead</b>");
  for (let i = 0; i < 2; i++) {
    await click("b", { times: 2, everyMs: 0 });
    await visit.pass(300);
  }
  await visit.pass(9000);
  expect(rages()).toEqual([]);
});

test("no rage: on what has insides of its own, where nobody sees what a click does", async () => {
  await start("<my-carousel></my-carousel><div id=host></div><canvas></canvas>");
  document.querySelector("#host")?.attachShadow({ mode: "open" });
  for (const selector of ["my-carousel", "#host", "canvas"]) {
    await click(selector, { times: 4 });
    await visit.pass(2000);
  }
  expect(rages()).toEqual([]);
});
