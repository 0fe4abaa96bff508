import { element } from "../element.ts";

const rates = [1, 10];
const skipMs = 20_000;

/** Buttons that move the demo's clock, and the time it shows. */
export function clockControls(startOver: () => Promise<void>) {
  const time = element("time", {});
  const note = element("p", { class: "note", role: "status" });

  const button = (label: string, name: string, act: () => Promise<void>): HTMLButtonElement => {
    const made = element("button", { type: "button", "aria-label": name }, label);
    made.addEventListener("click", () => {
      made.disabled = true;
      note.textContent = "";
      void act()
        .catch((error: unknown) => {
          note.textContent = error instanceof Error ? error.message : "the clock did not move";
        })
        .finally(() => {
          made.disabled = false;
          mark();
        });
    });
    return made;
  };

  const rateButtons = rates.map((rate) => button(`×${rate}`, `×${rate}: speed of time`, () => cuspClock.setRate(rate)));
  function mark(): void {
    for (const [i, made] of rateButtons.entries()) made.setAttribute("aria-pressed", String(cuspClock.rate() === rates[i]));
  }
  mark();

  const root = element(
    "div",
    { class: "clock" },
    time,
    element("div", { class: "rates", role: "group", "aria-label": "Speed of time" }, ...rateButtons),
    button(`+${skipMs / 1000} s`, `+${skipMs / 1000} s: let time pass`, () => cuspClock.skip(skipMs)),
    button("Start over", "Start over: forget this visitor", startOver),
    note,
  );
  return {
    root,
    tick(): void {
      const shown = new Date().toTimeString().slice(0, 8);
      if (time.textContent !== shown) time.textContent = shown;
    },
  };
}
