import { element } from "../element.ts";
import { type Arrival, momentOf, numberAt, plainName, textAt } from "../webhook.ts";

export const clockTime = (ms: number): string => new Date(ms).toTimeString().slice(0, 5);

export function subjectOf(body: unknown): string {
  const subject = textAt(body, "data.content.subject");
  return subject || plainName(textAt(body, "data.content.template") || textAt(body, "data.why.trigger")) || "A message";
}

/** One mail of the list, as a phone shows it. */
export function mailRow(arrival: Arrival): HTMLElement {
  const { body } = arrival;
  return element(
    "li",
    {},
    element(
      "a",
      { class: "mail", href: `#${encodeURIComponent(arrival.id)}` },
      element("span", { class: "avatar", "aria-hidden": "true" }, "H"),
      element("b", { class: "from" }, "Harbour & Pine"),
      element("time", {}, clockTime(arrival.received_at_ms)),
      element("span", { class: "subject" }, subjectOf(body)),
      element("span", { class: "preheader" }, textAt(body, "data.content.preheader") || textAt(body, "data.why.text")),
      arrival.verified && element("span", { class: "verified" }, "signature verified"),
    ),
  );
}

/** A moment that was told of and led to no mail. */
export function noticedRow(arrival: Arrival): HTMLElement {
  const moment = momentOf(arrival.body);
  const page = textAt(moment, "page");
  return element(
    "li",
    { class: "noticed" },
    element("b", {}, plainName(textAt(moment, "kind")) || arrival.type),
    element("output", {}, numberAt(moment, "score")?.toFixed(1) ?? ""),
    element("time", {}, clockTime(arrival.received_at_ms)),
    element("span", {}, page ? `page type: ${page}` : arrival.type),
  );
}
