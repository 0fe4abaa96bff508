import { asksForLead, fieldName, listenToForms, survey } from "./form.ts";
import { listenToSending } from "./form-sending.ts";
import type { Page, Why } from "./page.ts";

interface Begun {
  /** Weak: a form that a router took away must not be kept alive by us. */
  weak: WeakRef<HTMLFormElement>;
  startMs: number;
  last_field: string;
}

export function observeFormAbandon(page: Page): (why: Why) => void {
  const { engagedMs, emit } = page;
  const begun = new Map<string, Begun>();
  listenToForms(page, "focusin", (name, form, _type, control) => {
    const startMs = begun.get(name)?.startMs ?? engagedMs();
    begun.set(name, { weak: new WeakRef(form), startMs, last_field: fieldName(control) });
  });
  const settle = listenToSending(page, (name, failed) => failed || begun.delete(name));
  return (why) => {
    settle(why);
    if (why !== "gone") return;
    for (const [name, { weak, startMs, last_field }] of begun) {
      const form = weak.deref();
      if (!form) continue;
      const counts = survey(form);
      if (!counts.filled) continue;
      const engaged_ms = Math.round(engagedMs() - startMs);
      emit({
        kind: "form_abandon",
        form: name,
        ...counts,
        engaged_ms,
        ...(last_field && { last_field }),
        ...(asksForLead(form) && { lead: true }),
      });
    }
    begun.clear();
  };
}
