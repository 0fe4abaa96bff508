import { element, webLink } from "../element.ts";
import { type Arrival, listAt, textAt } from "../webhook.ts";
import { clockTime, subjectOf } from "./mail-row.ts";
import { reportBar } from "./report-bar.ts";
import { whyCard } from "./why-card.ts";

/** The opened message: what would go out, and below it why. */
export function mail(arrival: Arrival, latencyMs: number | undefined): HTMLElement {
  const { body } = arrival;
  const to = textAt(body, "data.person.email") || `an anonymous visitor, ${textAt(body, "data.person.id").slice(0, 8)}…`;
  const label = textAt(body, "data.content.action.label");
  const blocks = listAt(body, "data.content.blocks").map((block) => textAt(block, "text"));
  return element(
    "article",
    { class: "opened" },
    element("a", { class: "back", href: "#mails" }, "Inbox"),
    element("h2", {}, subjectOf(body)),
    element(
      "div",
      { class: "sender" },
      element("span", { class: "avatar", "aria-hidden": "true" }, "H"),
      element("b", {}, "Harbour & Pine"),
      element("time", {}, clockTime(arrival.received_at_ms)),
      element("span", {}, `to ${to}`),
    ),
    arrival.verified && element("span", { class: "verified" }, "signature verified"),
    element(
      "div",
      { class: "letter" },
      ...blocks.map((text, i) => element("p", i ? {} : { class: "hook" }, text)),
      label !== "" && webLink(textAt(body, "data.content.action.url"), label, "action"),
    ),
    reportBar(arrival),
    whyCard(arrival, latencyMs),
  );
}
