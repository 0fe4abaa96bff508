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

interface Place {
  form: HTMLFormElement;
  name: string;
}

/** Several ask about one event: each is looked at once. */
const places = new WeakMap<Event, Place | undefined>();

function placeOf({ type, target }: Event): Place | undefined {
  const control = target as Control;
  const clicked = type === "click" && control.closest("form"); // on what is drawn on a button
  const form = target instanceof HTMLFormElement ? target : control.form || clicked;
  if (!form || isIgnored(control)) return undefined;
  // Unnamed forms are told apart by their place, or sending one would seem to send the other.
  const place = [...document.forms].indexOf(form) + 1;
  return { form, name: redactName(form.getAttribute("name") || form.id, `form${place}`) };
}

/** What happens in forms, unless the site hides it from us. */
export function listenToForms(
  { listen }: Page,
  types: string,
  task: (name: string, form: HTMLFormElement, type: string, control: Control, event: Event) => void,
): void {
  listen(document, types, (event) => {
    if (!places.has(event)) places.set(event, placeOf(event));
    const place = places.get(event);
    if (place) task(place.name, place.form, event.type, event.target as Control, event);
  });
}

/** The field's name when it is plainly a name, else "". */
export const fieldName = (control: Control): string => (isCounted(control) ? redactName(control.name || control.id, "") : "");

/** How many fields there are, how many are filled, and whether the form asks how to reach the visitor. */
export function survey(form: HTMLFormElement): { fields: number; filled: number; lead: boolean } {
  const controls = [...form.elements] as Control[];
  const fields = new Set();
  const filled = new Set();
  let lead = false;
  for (const control of controls.filter(isCounted)) {
    lead ||= /^(email|tel)$/.test(control.type);
    const question = control.type === "radio" ? control.name : control;
    fields.add(question);
    if (isFilled(control)) filled.add(question);
  }
  return {
    fields: fields.size,
    filled: filled.size,
    lead: lead && !controls.some((control) => control.type === "password" || isPayment(control)),
  };
}
