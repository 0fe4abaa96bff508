import { expect, test } from "vitest";
import { observeOfferDeclined } from "./offer-declined.ts";
import { openTestPage } from "./test-page.ts";

const page = openTestPage();

test("a click on what the site marked as a no is a no, unless the site hides it", () => {
  document.body.innerHTML = `<button data-cusp-decline><b>No thanks</b></button><button><i>Yes</i></button>
    <div data-cusp-ignore><button data-cusp-decline><u>No</u></button></div>`;
  page.watch(observeOfferDeclined);
  for (const tag of ["b", "i", "u"]) (document.querySelector(tag) as HTMLElement).click();
  document.dispatchEvent(new Event("click"));
  expect(page.said).toEqual([{ kind: "offer_declined" }]);
});
