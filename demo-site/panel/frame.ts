import { element } from "../element.ts";

const wide = matchMedia("(min-width: 1024px)");

function section(title: string, ...content: Node[]): HTMLElement {
  return element("section", { class: "part" }, element("h2", {}, title), ...content);
}

/** The dock at the right of the page, a sheet at the bottom on phones. Cusp is told to look away from it. */
export function frame(
  parts: Record<"clock" | "shopper" | "stage" | "timeline" | "webhooks" | "flush" | "signals", Node> & { meters: Node[] },
) {
  const peek = element("span", { class: "peek" }, "listening");
  const toggle = element(
    "button",
    { type: "button", class: "toggle", "aria-controls": "cusp-panel-body" },
    element("b", { class: "brand" }, "cusp"),
    peek,
    element("i", { class: "chevron", "aria-hidden": "true" }),
  );
  const body = element(
    "div",
    { id: "cusp-panel-body", class: "body" },
    parts.clock,
    parts.shopper,
    parts.stage,
    section("Sent, not sent, and why", parts.timeline),
    section("Moments on this page", ...parts.meters),
    section("Webhooks", parts.webhooks),
    section("Last flush", parts.flush),
    section("Signals", parts.signals),
  );
  const root = element("aside", { class: "cusp-panel", "data-cusp-ignore": "", "aria-label": "Cusp, live" }, toggle, body);

  function set(open: boolean): void {
    document.documentElement.dataset.panel = open ? "open" : "shut";
    toggle.setAttribute("aria-expanded", String(open));
    toggle.title = open ? "Hide the panel" : "Show the panel";
    body.hidden = !open;
    sessionStorage.setItem("demo-panel", open ? "open" : "shut");
  }
  const kept = sessionStorage.getItem("demo-panel");
  set(kept ? kept === "open" : wide.matches);
  toggle.addEventListener("click", () => set(body.hidden === true));

  return {
    root,
    isOpen: () => !body.hidden,
    peek(text: string): void {
      peek.textContent = text;
    },
  };
}
