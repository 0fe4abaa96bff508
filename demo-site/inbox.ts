import { element } from "./element.ts";
import { mail } from "./inbox/mail.ts";
import { mailRow, noticedRow } from "./inbox/mail-row.ts";
import type { Arrival } from "./webhook.ts";

const screen = document.querySelector("#screen") as HTMLElement;
const tabs = [...document.querySelectorAll<HTMLAnchorElement>("[data-tab]")];
let arrivals: Arrival[] = [];

/** Measured by the panel of the page that caught the moment. */
function latencyOf(id: string): number | undefined {
  try {
    return (JSON.parse(localStorage.getItem("demo-latencies") ?? "{}") as Record<string, number>)[id];
  } catch {
    return undefined; // no storage, no measurement to show
  }
}

const isMail = (arrival: Arrival): boolean => arrival.type === "message.send";

function empty(title: string, text: string): HTMLElement {
  return element(
    "div",
    { class: "empty" },
    element("i", { class: "envelope", "aria-hidden": "true" }),
    element("b", {}, title),
    element("p", {}, text),
  );
}

function list(noticed: boolean): HTMLElement {
  const shown = arrivals.filter((arrival) => isMail(arrival) !== noticed);
  if (shown.length) return element("ul", { class: noticed ? "quiet" : "mails" }, ...shown.map(noticed ? noticedRow : mailRow));
  return noticed
    ? empty("Nothing noticed yet", "Leave a page after three seconds: too little for a message, enough to be remembered.")
    : empty("No mail yet", "Open pricing, scroll a little and wait 20 s, or press +20 s in the panel.");
}

function draw(): void {
  const hash = location.hash.slice(1);
  const opened = arrivals.find((arrival) => encodeURIComponent(arrival.id) === hash && isMail(arrival));
  const noticed = hash === "noticed";
  for (const tab of tabs) tab.toggleAttribute("aria-current", (tab.dataset.tab === "noticed") === noticed);
  for (const tab of tabs) {
    const count = arrivals.filter((arrival) => isMail(arrival) !== (tab.dataset.tab === "noticed")).length;
    (tab.querySelector("span") as HTMLElement).textContent = count ? String(count) : "";
  }
  document.body.dataset.view = opened ? "mail" : "list";
  screen.replaceChildren(opened ? mail(opened, latencyOf(opened.id)) : list(noticed));
  screen.scrollTop = 0;
}

async function load(): Promise<void> {
  const reply = await fetch("/inbox/messages");
  arrivals = (await reply.json()) as Arrival[];
  draw();
}

addEventListener("hashchange", draw);
const events = new EventSource("/inbox/events");
events.addEventListener("open", () => void load().catch(() => undefined)); // the next reconnect loads again
events.addEventListener("cleared", () => void load().catch(() => undefined));
events.addEventListener("message", (event: MessageEvent<string>) => {
  const arrival = JSON.parse(event.data) as Arrival;
  arrivals = [arrival, ...arrivals.filter(({ id }) => id !== arrival.id)];
  // Somebody may be reading: a mail stays open when another comes.
  if (document.body.dataset.view !== "mail") draw();
});
draw();
