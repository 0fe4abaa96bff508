const typed =
  "input:not([type=button],[type=submit],[type=checkbox],[type=radio],[type=range]),textarea,select,[contenteditable]";
const paid = "[autocomplete*=cc-],iframe[src*='stripe.com'],iframe[src*='adyen'],iframe[src*='braintree'],iframe[name*=card]";

/** The visitor types, or looks elsewhere. */
export const isBusy = (): boolean => document.hidden || !!document.activeElement?.matches(typed);

/** Calls back once, when that may have changed. */
export function whenFree(then: () => void): void {
  const ends = new AbortController();
  const look = () => {
    if (isBusy()) return;
    ends.abort();
    then();
  };
  // After a change of focus nothing has it yet.
  for (const event of ["focusout", "visibilitychange", "scrollend", "resize"])
    addEventListener(event, () => setTimeout(look, 100), { capture: true, passive: true, signal: ends.signal });
}

/** Where the visitor pays: nothing may lie over it. */
export const coversPayment = (box: DOMRect): boolean =>
  [...document.querySelectorAll(paid)].some((field) =>
    [...(field.closest("form") ?? field).getClientRects()].some(
      (rect) => rect.left < box.right && box.left < rect.right && rect.top < box.bottom && box.top < rect.bottom,
    ),
  );
