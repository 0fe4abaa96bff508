import { fieldName, formName, formOf, survey } from "./form.ts";
import type { Page } from "./page.ts";

interface Begun {
  /** Weak: a form that a router took away must not be kept alive by us. */
  weak: WeakRef<HTMLFormElement>;
  startMs: number;
  last_field: string;
}

export function observeFormAbandon({ engagedMs, emit, onSettle, listen }: Page): void {
  const begun = new Map<string, Begun>();
  listen(document, "focusin submit", (event) => {
    const form = formOf(event);
    if (!form) return;
    const name = formName(form);
    const startMs = begun.get(name)?.startMs ?? engagedMs();
    if (event.type === "submit") begun.delete(name);
    else begun.set(name, { weak: new WeakRef(form), startMs, last_field: fieldName(event) });
  });
  onSettle((why) => {
    if (why !== "gone") return;
    for (const [name, { weak, startMs, last_field }] of begun) {
      const form = weak.deref();
      const seen = form && survey(form);
      if (!seen?.filled) continue;
      const { lead, ...counts } = seen;
      const engaged_ms = Math.round(engagedMs() - startMs);
      emit({ kind: "form_abandon", form: name, ...counts, engaged_ms, ...(last_field && { last_field }), ...(lead && { lead }) });
    }
    begun.clear();
  });
}
