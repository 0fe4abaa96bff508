import { redactName } from "../../contract/redact.ts";
import { isIgnored } from "./ignore.ts";

type Control = HTMLInputElement & Partial<Pick<HTMLSelectElement, "options" | "selectedIndex">>;

const uncounted = /^(hidden|password|file|submit|button|reset|image|output|fieldset|object)$/;
const payment = /^(cc-|one-time-code)/;

const isPayment = (control: Control) => payment.test(control.autocomplete);
const isCounted = (control: Control) => !uncounted.test(control.type) && !isPayment(control);

/** Emptiness is all that is asked of a value. An untouched list shows its first option. */
const isFilled = (control: Control) =>
  /^(checkbox|radio)$/.test(control.type)
    ? control.checked
    : control.options
      ? control.selectedIndex !== 0
      : control.value !== "";

/** The form an event happened in, unless the site hides it from us. */
export function formOf({ target }: Event): HTMLFormElement | undefined {
  const form = target instanceof HTMLFormElement ? target : (target as Control).form;
  return form && !isIgnored(target as Element) ? form : undefined;
}

/** Unnamed forms are told apart by their place, or sending one would seem to send the other. */
export const formName = (form: HTMLFormElement): string =>
  redactName(form.getAttribute("name") || form.id, `form${[...document.forms].indexOf(form) + 1}`);

/** The field's name when it is plainly a name, else "". */
export const fieldName = ({ target }: Event): string => {
  const control = target as Control;
  return isCounted(control) ? redactName(control.name || control.id, "") : "";
};

/** How many fields there are, how many are filled, and whether the form asks how to reach the visitor. */
export function survey(form: HTMLFormElement): { fields: number; filled: number; lead: boolean } {
  const controls = [...form.elements] as Control[];
  const answers = new Map<unknown, boolean>();
  for (const control of controls.filter(isCounted)) {
    const question = control.type === "radio" ? control.name : control;
    answers.set(question, answers.get(question) || isFilled(control));
  }
  return {
    fields: answers.size,
    filled: [...answers.values()].filter(Boolean).length,
    lead:
      controls.some((control) => /^(email|tel)$/.test(control.type)) &&
      !controls.some((control) => control.type === "password" || isPayment(control)),
  };
}
