/** What looks as if a click did something, without asking how it is drawn. */
export const clickable =
  "a,button,[role=button],[role=link],[role=tab],[role=menuitem],[onclick],[type=submit],[type=button],[type=image]";

const repeatable =
  "[data-cusp-repeat],input:not([type=submit],[type=button],[type=image],[type=reset]),select,textarea,label,summary,video,audio,canvas," +
  "[contenteditable],[aria-pressed],[aria-expanded],[aria-checked],[aria-selected],[role=slider],[role=spinbutton]";
const number = "[type=number],[role=spinbutton],output";

/**
 * What is meant to be clicked again and again, or shows its answer in itself: toggles, fields, players, a stepper's buttons (they
 * stand beside a number), what has insides of its own that nobody sees, and what the site marked `data-cusp-repeat`.
 */
export const isRepeatable = (element: Element): boolean =>
  !!(
    element.closest(repeatable) ||
    element.localName.includes("-") ||
    element.shadowRoot ||
    element.parentElement?.querySelector(number)
  );
