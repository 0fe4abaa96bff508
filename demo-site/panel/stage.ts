import { element } from "../element.ts";

/** Who is at the counter is believed for a minute. */
const saidAgainMs = 20_000;

async function post(path: string, what: object): Promise<void> {
  const headers = { "content-type": "application/json" };
  const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(what) });
  if (!reply.ok) throw new Error(`nothing changed: ${reply.status}`);
}
const change = (what: object) => post("/dev/stage", what);

/** Until the next 22:10 of this browser's zone. */
function untilNightMs(nowMs: number): number {
  const night = new Date(nowMs).setHours(22, 10, 0, 0);
  return night > nowMs ? night - nowMs : new Date(night).setDate(new Date(night).getDate() + 1) - nowMs;
}

/** What may happen around a shop's pages while somebody looks at them. */
export function stage() {
  const note = element("p", { class: "note", role: "status" });
  let counterAtMs = 0;

  async function doing(made: HTMLButtonElement, act: () => Promise<void> | void): Promise<void> {
    made.disabled = true;
    note.textContent = "";
    await Promise.resolve()
      .then(act)
      .catch((error: unknown) => {
        note.textContent = error instanceof Error ? error.message : "nothing changed";
      });
    made.disabled = false;
  }
  function button(label: string, title: string, act: () => Promise<void>): HTMLButtonElement {
    const made = element("button", { type: "button", title }, label);
    made.addEventListener("click", () => void doing(made, act));
    return made;
  }
  /** Kept as long as the tab is: `demo-network` is what `pages/stub.js` goes by. */
  function onOff(key: string, label: string, title: string, otherwise: boolean, act: (isOn: boolean) => Promise<void> | void) {
    const isOn = () => (sessionStorage.getItem(key) ?? String(otherwise)) === "true";
    const made = element("button", { type: "button", role: "switch", title, "aria-checked": String(isOn()) }, label);
    made.addEventListener("click", () => {
      const next = !isOn();
      void doing(made, async () => {
        await act(next);
        sessionStorage.setItem(key, String(next));
        made.setAttribute("aria-checked", String(next));
      });
    });
    return { made, isOn };
  }

  const network = onOff("demo-network", "Network", "Off: nothing that the page tells gets through", true, (isOn) => {
    sessionStorage.setItem("demo-network", String(isOn));
    if (isOn) dispatchEvent(new Event("online"));
  });
  const stock = onOff("demo-stock", "Stock data", "On: the shop tells what is left of each bag", false, (isKnown) =>
    change({ stock: isKnown }),
  );
  const counter = onOff("demo-counter", "Counter", "On: somebody is there to chat", false, (isStaffed) =>
    change({ counter: isStaffed }),
  );
  const bought = button("Bought on the phone", "The same shopper buys on another device", () =>
    change({ bought: shopper.account().id }),
  );
  const night = button("22:10", "It is night, and the quiet hours from 22:00 to 09:00 are on", async () => {
    await change({ quiet_hours: true });
    await post("/dev/clock", { skip_ms: untilNightMs(Date.now()) });
    location.reload();
  });
  const group = { class: "stage", role: "group", "aria-label": "Around the shop" };

  return {
    root: element("div", group, network.made, stock.made, counter.made, bought, night, note),
    tick(): void {
      if (!counter.isOn() || cuspClock.real() - counterAtMs < saidAgainMs) return;
      counterAtMs = cuspClock.real();
      void change({ counter: true }).catch(() => undefined); // the edge is away: said again
    },
    /** As it was at first, but for the hour: the clock goes one way. */
    reset: () => change({ stock: false, counter: false, quiet_hours: false }),
  };
}
