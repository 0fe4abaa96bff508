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
