import { listenToSending } from "./form-sending.ts";
import type { Page, Why } from "./page.ts";

export const observeFormSubmit = (page: Page): ((why: Why) => void) =>
  listenToSending(page, (form, failed) => page.emit({ kind: "form_submit", form, ...(failed && { failed }) }));
