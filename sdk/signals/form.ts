import { redactName } from "../../contract/redact.ts";
import { isIgnored } from "./ignore.ts";
import type { Page } from "./page.ts";

type Control = HTMLInputElement & Partial<Pick<HTMLSelectElement, "options" | "selectedIndex">>;

const uncounted = /^(hidden|password|file|submit|button|reset|image|output|fieldset|object)$/;

const isPayment = ({ autocomplete }: Control) => /^(cc-|one-time-code)/.test(autocomplete);
const isCounted = (control: Control) => !uncounted.test(control.type) && !isPayment(control) && !isIgnored(control);

/** Emptiness is all that is asked of a value. An untouched list shows its first option. */
const isFilled = ({ type, checked, options, selectedIndex, value }: Control) =>
  /^(checkbox|radio)$/.test(type) ? checked : options ? selectedIndex : value;

export const isAnswered = (control: Control): boolean => isCounted(control) && !!isFilled(control);

const names = new WeakMap<HTMLFormElement, string>();

/** Found once: many events are of one form. */
function nameOf(form: HTMLFormElement): string {
  let name = names.get(form);
  if (!name) {
    // Unnamed forms are told apart by their place, or sending one would seem to send the other.
    name = redactName(form.getAttribute("name") || form.id, `form${[...document.forms].indexOf(form) + 1}`);
    names.set(form, name);
  }
  return name;
}

/** What happens in forms, unless the site hides it from us. */
export function listenToForms(
  { listen }: Page,
  types: string,
  task: (name: string, form: HTMLFormElement, type: string, control: Control, event: Event) => void,
): void {
  listen(document, types, (event) => {
    const { type, target } = event;
    const control = target as Control;
    const clicked = type === "click" && control.closest("form"); // on what is drawn on a button
    const form = target instanceof HTMLFormElement ? target : control.form || clicked;
    if (form && !isIgnored(control)) task(nameOf(form), form, type, control, event);
  });
}

/** The field's name when it is plainly a name, else "". */
export const fieldName = (control: Control): string => (isCounted(control) ? redactName(control.name || control.id, "") : "");

/** How many fields there are, and how many are filled. */
export function survey(form: HTMLFormElement): { fields: number; filled: number } {
  const fields = new Set();
  const filled = new Set();
  for (const control of form.elements as unknown as Iterable<Control>) {
    if (!isCounted(control)) continue;
    const question = control.type === "radio" ? control.name : control;
    fields.add(question);
    if (isFilled(control)) filled.add(question);
  }
  return { fields: fields.size, filled: filled.size };
}

/** Whether the form asks how to reach the visitor. */
export function asksForLead(form: HTMLFormElement): boolean {
  const controls = [...form.elements] as Control[];
  return (
    controls.some((control) => isCounted(control) && /^(email|tel)$/.test(control.type)) &&
    !controls.some((control) => control.type === "password" || isPayment(control))
  );
}
