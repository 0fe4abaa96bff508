import { listenToForms, survey } from "./form.ts";
import type { Page } from "./page.ts";

export function observeFormStart(page: Page): void {
  const begun = new WeakSet<HTMLFormElement>();
  listenToForms(page, "focusin", (name, form) => {
    if (begun.has(form)) return;
    begun.add(form);
    page.emit({ kind: "form_start", form: name, fields: survey(form).fields });
  });
}
