import { element } from "../element.ts";
import { legend, momentShares, track } from "../evidence-bar.ts";
import { type Arrival, listAt, momentOf, numberAt, plainName, textAt } from "../webhook.ts";

const row = (name: string, value: string): HTMLElement | false =>
  value !== "" && element("div", {}, element("dt", {}, name), element("dd", {}, value));

function between(body: unknown, from: string, to: string): string {
  const ms = instantAt(body, to) - instantAt(body, from);
  return Number.isFinite(ms) ? `${ms} ms` : "";
}

/** `Date.parse` alone takes nearly anything that ends in a number. */
function instantAt(body: unknown, name: string): number {
  const text = textAt(body, `data.timing.${name}`);
  return /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
}

/** Why this message was sent: what a person at the support desk reads when a customer asks. */
export function whyCard(arrival: Arrival, latencyMs: number | undefined): HTMLElement {
  const { body } = arrival;
  const moment = momentOf(body);
  const shares = momentShares(moment);
  const gates = listAt(body, "data.why.gates_passed").filter((gate) => typeof gate === "string");
  const decisionMs = numberAt(body, "data.timing.decision_ms");
  const decided = decisionMs === undefined ? between(body, "received_at", "decided_at") : `${decisionMs} ms`;
  return element(
    "section",
    { class: "why" },
    element("h3", {}, "Why this was sent"),
    element("p", {}, textAt(body, "data.why.text")),
    element(
      "div",
      { class: "moment", "data-band": textAt(moment, "band") },
      element("b", {}, plainName(textAt(moment, "kind"))),
      element("output", {}, numberAt(moment, "score")?.toFixed(1) ?? ""),
      track(shares),
      legend(shares),
    ),
    element(
      "dl",
      {},
      row("trigger", textAt(body, "data.why.trigger")),
      row("gates passed", gates.join(", ")),
      row("signal to edge", between(body, "signal_at", "received_at")),
      row("decided in", decided),
      row("signal to inbox", latencyMs === undefined ? "" : `${latencyMs} ms`),
      row("attempt", `${arrival.attempt}${arrival.repeats ? `, repeated ${arrival.repeats} ×` : ""}`),
      row("webhook-id", arrival.id),
    ),
  );
}
