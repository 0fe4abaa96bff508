import { expect, test } from "vitest";
import { openVisit } from "../test-visit.ts";

const visit = openVisit();
const field = (name: string) => document.querySelector(`[name="${name}"]`) as HTMLInputElement;
const focus = (name: string) => field(name).dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
const form = (attributes = 'name="checkout"') => {
  document.body.innerHTML = `<form ${attributes}>
    <input name="email" type="email"><input name="city"><input name="cardnumber" autocomplete="cc-number">
    <input name="token" type="hidden" value="secret"><select name="size"><option>S</option><option>M</option></select>
    <input type="radio" name="ship" value="a"><input type="radio" name="ship" value="b"><button>Buy</button></form>`;
};

test("a form left half filled is abandoned: counts and a field's name, never a value", async () => {
  form();
  await visit.start({ path: "/checkout" });
  focus("email");
  await visit.pass(4000);
  field("email").value = "ada@example.com";
  focus("city");
  await visit.pass(41_000);
  visit.leave();
  await visit.pass(0);
  expect(visit.said("form_start")).toEqual([{ kind: "form_start", form: "checkout", fields: 4 }]);
  const [abandon] = visit.said("form_abandon");
  expect(abandon).toMatchObject({ form: "checkout", fields: 4, filled: 1, last_field: "city" });
  expect(abandon?.kind === "form_abandon" && abandon.engaged_ms).toBeGreaterThanOrEqual(45_000);
  expect(JSON.stringify(visit.batches)).not.toMatch(/ada|secret/);
});

test("a lead form is one that asks how to reach the visitor, and for no card or password", async () => {
  form();
  field("cardnumber").remove();
  await visit.start();
  focus("email");
  field("email").value = "x";
  history.pushState({}, "", "/elsewhere");
  await visit.pass(3000);
  expect(visit.said("form_abandon")).toEqual([expect.objectContaining({ lead: true })]);
});

test("a form that was sent, or in which nothing was filled, is not abandoned", async () => {
  form();
  await visit.start();
  focus("city");
  history.pushState({}, "", "/two");
  focus("city");
  field("city").value = "Paris";
  document.forms[0]?.dispatchEvent(new Event("submit", { bubbles: true }));
  visit.leave();
  await visit.pass(0);
  expect(visit.said("form_submit")).toEqual([{ kind: "form_submit", form: "checkout" }]);
  expect(visit.said("form_abandon")).toEqual([]);
});

test("a refused attempt is one failure however many fields are wrong; a library checking validity is none", async () => {
  form();
  await visit.start();
  for (const name of ["email", "city"]) field(name).required = true;
  document.forms[0]?.checkValidity();
  document.querySelector("button")?.click();
  await visit.pass(3000);
  expect(visit.said("form_submit")).toEqual([{ kind: "form_submit", form: "checkout", failed: true }]);
});

test("what the site hides is not seen, and a name that tells too much is not said", async () => {
  form('name="ada@example.com" data-cusp-ignore');
  await visit.start();
  focus("email");
  field("email").dispatchEvent(new MouseEvent("click", { bubbles: true }));
  document.forms[0]?.removeAttribute("data-cusp-ignore");
  focus("email");
  document.body.insertAdjacentHTML("beforeend", "<p><a href='#' data-cusp-name='buy-now'><b>Ada's cart</b></a></p>");
  document.querySelector("b")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  await visit.pass(3000);
  expect(visit.said("form_start")).toEqual([{ kind: "form_start", form: "form1", fields: 4 }]);
  expect(visit.said("click")).toEqual([{ kind: "click", target: "buy-now" }]);
});

const fill = async (name: string, value = "a@b.cd") => {
  focus(name);
  field(name).value = value;
  field(name).dispatchEvent(new Event("change", { bubbles: true }));
  field(name).dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
  await visit.pass(1000);
};

test("progress is said once for each further field that is left filled, by its name when that is plainly one", async () => {
  form();
  field("size").remove();
  field("city").value = "filled in by the site";
  await visit.start();
  await fill("email", "ada@example.com");
  await fill("email", "");
  await fill("email", "bob@example.com");
  field("ship").checked = true;
  field("ship").dispatchEvent(new Event("change", { bubbles: true }));
  await visit.leaving();
  expect(visit.said("form_progress")).toEqual([
    { kind: "form_progress", form: "checkout", fields: 3, filled: 2, field: "email" },
    { kind: "form_progress", form: "checkout", fields: 3, filled: 3, field: "ship" },
  ]);
  expect(JSON.stringify(visit.batches)).not.toMatch(/ada|bob/);
});

test("a card's number, and what the site hides, is no progress", async () => {
  form();
  field("city").setAttribute("data-cusp-ignore", "");
  await visit.start();
  await fill("cardnumber", "4111");
  await fill("city");
  await visit.leaving();
  expect(visit.said("form_progress")).toEqual([]);
});

const sends = (button: string, task: (form: HTMLFormElement, event: Event) => void = () => {}) => {
  document.body.innerHTML = `<form name="lead"><input name="email" type="email"><input name="city">${button}</form>`;
  const lead = document.forms[0] as HTMLFormElement;
  lead.addEventListener("submit", (event) => {
    event.preventDefault();
    task(lead, event);
  });
  lead.querySelector("button")?.addEventListener("click", (event) => task(lead, event));
};
const press = (selector = "button") => (document.querySelector(selector) as HTMLElement).click();
const submits = () => visit.said("form_submit");
const sent = [{ kind: "form_submit", form: "lead" }];
const refused = { kind: "form_submit", form: "lead", failed: true };
const byScript = "<button type=button>Send</button>";

test.each<[string, (form: HTMLFormElement) => void]>([
  ["is taken away", (form) => void setTimeout(() => form.remove(), 900)],
  ["is emptied", (form) => form.reset()],
  [
    "is hidden",
    (form) => {
      form.checkVisibility = () => false;
    },
  ],
  ["is left with its page", () => history.pushState({}, "", "/thanks")],
])("a form without a submit event that %s after its button was pressed is sent, and not abandoned", async (_, task) => {
  sends(byScript, task);
  await visit.start();
  await fill("email");
  press();
  await visit.pass(3000);
  await visit.leaving();
  expect(submits()).toEqual(sent);
  expect(visit.said("form_abandon")).toEqual([]);
});

test("a button that does nothing, or one of several that do not submit, sends nothing", async () => {
  sends(byScript);
  await visit.start();
  await fill("email");
  press();
  await visit.pass(3000);
  expect(submits()).toEqual([]);
  document.querySelector("form")?.insertAdjacentHTML("beforeend", "<button type=button id=cancel>Cancel</button>");
  press("#cancel");
  document.forms[0]?.remove();
  await visit.pass(3000);
  await visit.leaving();
  expect(submits()).toEqual([]);
});

test("of several plain buttons the site may mark the one that sends", async () => {
  sends("<button type=button data-cusp-submit>Send</button><button type=button>Cancel</button>", (form) => form.remove());
  await visit.start();
  await fill("email");
  press();
  await visit.pass(3000);
  await visit.leaving();
  expect(submits()).toEqual(sent);
});

test("a submit that a script took over is sent once, also when it is pressed twice", async () => {
  sends("<button>Send</button>");
  await visit.start();
  await fill("email");
  press();
  await visit.pass(300);
  press();
  await visit.pass(3000);
  await visit.leaving();
  expect(submits()).toEqual(sent);
});

test("fields that the site marks as wrong within 2 s make a failed submit, each time it is tried", async () => {
  sends("<button>Send</button>", () => void setTimeout(() => field("city").setAttribute("aria-invalid", "true"), 700));
  await visit.start();
  await fill("email");
  press();
  await visit.pass(3000);
  press();
  await visit.pass(1000);
  press();
  await visit.pass(3000);
  field("city").removeAttribute("aria-invalid");
  sends("<button>Send</button>");
  press();
  await visit.pass(3000);
  await visit.leaving();
  expect(submits()).toEqual([refused, refused, refused, ...sent]);
});

test("a form of the plain web is sent at once, whatever is marked in it", async () => {
  form('name="lead"');
  field("email").setAttribute("aria-invalid", "true");
  await visit.start();
  document.forms[0]?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
  await visit.pass(100);
  visit.leave();
  await visit.pass(0);
  expect(submits()).toEqual(sent);
});

test("what the site hides within a form is no field of it", async () => {
  document.body.innerHTML = `<form name=order><input name=size><p data-cusp-ignore><input name=contact type=email value=x></p></form>`;
  await visit.start();
  focus("size");
  visit.leave();
  await visit.pass(0);
  expect(visit.said("form_start")).toEqual([{ kind: "form_start", form: "order", fields: 1 }]);
  expect(visit.said("form_abandon")).toEqual([]);
});
