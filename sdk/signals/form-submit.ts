import { listenToForms } from "./form.ts";
import type { Page } from "./page.ts";

/** Libraries check validity at every key press; only right after a submit button was used is it a refused attempt. */
const attemptMs = 100;

export function observeFormSubmit(page: Page): void {
  let untilMs = 0;
  // Enter in a field clicks the submit button too, says HTML.
  page.listen(document, "click", ({ target }) => {
    if ((target as Element).closest("[type=submit],button:not([type])")) untilMs = performance.now() + attemptMs;
  });
  listenToForms(page, "submit invalid", (name, _form, type) => {
    const failed = type === "invalid";
    if (failed && performance.now() > untilMs) return;
    untilMs = 0; // `invalid` comes once per field: one attempt, one failure
    page.emit({ kind: "form_submit", form: name, ...(failed && { failed }) });
  });
}
