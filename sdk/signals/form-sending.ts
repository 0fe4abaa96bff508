import { listenToForms, survey } from "./form.ts";
import type { Page, Sending, Why } from "./page.ts";

/** Libraries check validity at every key press; only right after a submit button was used is it a refused attempt. */
const refusedWithinMs = 100;
/** By then a form that was sent by script has been put away, or what was wrong with it is marked. */
const decidedAfterMs = 2000;

const submits = "[type=submit],[type=image],button:not([type]),[data-cusp-submit]";
const buttons = "button,[type=submit],[type=button],[type=image],[role=button]";

/** A button that submits, or the only one there is. */
const sends = (button: Element | null, form: HTMLFormElement) =>
  !!button && (button.matches(submits) || form.querySelectorAll(buttons).length === 1);

/**
 * What became of attempts to send a form. A submit event that nobody stopped has sent it. Any other attempt is judged within 2 s: it
 * failed if a field is marked `aria-invalid`; it succeeded if there was a submit event, or else if the form was taken away, hidden or
 * emptied, or the page left. Several clicks meanwhile are one attempt.
 */
export function listenToSending(page: Page, task: Sending): (why: Why) => void {
  const { later, onFrame } = page;
  if (page.sending) {
    page.sending.push(task);
    return () => {}; // who listened first settles for all
  }
  const tasks = [task];
  page.sending = tasks;
  const tell: Sending = (name, failed) => {
    for (const one of tasks) one(name, failed);
  };
  let trying: { name: string; form: HTMLFormElement; filled: number; submitted: boolean; ms: number } | undefined;
  let timer: number | undefined;

  const finish = (isSent: boolean, asked = trying): boolean => {
    if (!asked || asked !== trying) return false;
    clearTimeout(timer);
    trying = undefined;
    const failed = asked.form.isConnected && !!asked.form.querySelector("[aria-invalid=true]");
    if (failed || isSent) tell(asked.name, failed);
    return failed;
  };
  const begin = (name: string, form: HTMLFormElement) => {
    const again = trying?.form === form;
    const had = !!trying?.submitted;
    const failed = finish(had && !again);
    const begun = { name, form, filled: survey(form).filled, submitted: again && had && !failed, ms: performance.now() };
    trying = begun;
    timer = later(decidedAfterMs, () =>
      onFrame(() => {
        const isAway = !form.isConnected || form.checkVisibility?.() === false || (begun.filled > 0 && !survey(form).filled);
        finish(begun.submitted || isAway, begun);
      }),
    );
    return begun;
  };

  listenToForms(page, "click submit invalid", (name, form, type, control, event) => {
    if (type === "click") {
      if (sends(control.closest(`${buttons},[data-cusp-submit]`), form)) begin(name, form);
    } else if (type === "invalid") {
      if (trying?.form !== form || performance.now() - trying.ms > refusedWithinMs) return;
      trying = undefined; // `invalid` comes once per field: one attempt, one failure
      tell(name, true);
    } else {
      const tried = trying?.form === form ? trying : begin(name, form);
      tried.submitted = true;
      later(0, () => {
        if (!event.defaultPrevented && tried === trying) {
          trying = undefined;
          tell(name, false);
        }
      });
    }
  });
  return (why) => {
    if (why === "gone" || (why === "hidden" && trying?.submitted)) finish(true);
  };
}
