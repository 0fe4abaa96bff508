import { formName, formOf } from "./form.ts";
import type { Page } from "./page.ts";

/** Libraries check validity at every key press; only right after a submit button was used is it a refused attempt. */
const attemptMs = 100;

export function observeFormSubmit({ emit, listen }: Page): void {
  let untilMs = 0;
  // Enter in a field clicks the submit button too, says HTML.
  listen(document, "click", ({ target }) => {
    if ((target as Element).closest("[type=submit],button:not([type])")) untilMs = performance.now() + attemptMs;
  });
  listen(document, "submit invalid", (event) => {
    const form = formOf(event);
    const failed = event.type === "invalid";
    if (!form || (failed && performance.now() > untilMs)) return;
    untilMs = 0; // `invalid` comes once per field: one attempt, one failure
    emit({ kind: "form_submit", form: formName(form), ...(failed && { failed }) });
  });
}
