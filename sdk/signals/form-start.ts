import { formName, formOf, survey } from "./form.ts";
import type { Page } from "./page.ts";

export function observeFormStart({ emit, listen }: Page): void {
  const begun = new WeakSet<HTMLFormElement>();
  listen(document, "focusin", (event) => {
    const form = formOf(event);
    if (!form || begun.has(form)) return;
    begun.add(form);
    emit({ kind: "form_start", form: formName(form), fields: survey(form).fields });
  });
}
