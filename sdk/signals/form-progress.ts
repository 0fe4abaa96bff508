import { fieldName, isAnswered, listenToForms, survey } from "./form.ts";
import type { Page } from "./page.ts";

/** Said when a field is left or chosen, at most once for each: emptying one and filling another is no progress. */
export function observeFormProgress(page: Page): void {
  const furthest = new WeakMap<HTMLFormElement, number>();
  listenToForms(page, "focusin change focusout", (name, form, type, control) => {
    const had = furthest.get(form);
    // By a button, or a field left empty, nothing was added.
    if (had !== undefined && (type === "focusin" || !isAnswered(control))) return;
    const { fields, filled } = survey(form);
    // What the site had filled in before is not the visitor's doing. Safari gives a ticked box no focus.
    if (filled > (had ?? -1)) furthest.set(form, filled);
    if (type === "focusin" || filled <= (had ?? 0)) return;
    const field = fieldName(control);
    page.emit({ kind: "form_progress", form: name, fields, filled, ...(field && { field }) });
  });
}
