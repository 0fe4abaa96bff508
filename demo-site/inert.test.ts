import { expect, it } from "vitest";
import type { Signal } from "../contract/signals.ts";
import { mail } from "./inbox/mail.ts";
import { mailRow, noticedRow } from "./inbox/mail-row.ts";
import { deliveryRow } from "./panel/deliveries.ts";
import { openMeter } from "./panel/meter.ts";
import { signalRow } from "./panel/signal-row.ts";
import { timelineRow } from "./panel/timeline-row.ts";
import type { Arrival } from "./webhook.ts";

const hostile = [
  `<img src=x onerror="globalThis.caught = 1">`,
  `"><script>globalThis.caught = 1</script>`,
  `javascript:globalThis.caught=1`,
  `java\nscript:globalThis.caught=1`,
  `data:text/html,<script>globalThis.caught=1</script>`,
  `' onmouseover='globalThis.caught=1`,
  `http://`,
];
const harmless = "plain";

const arrival = (text: string, body: unknown = bodyOf(text)): Arrival => ({
  id: text,
  type: "message.send",
  verified: true,
  attempt: 1,
  repeats: 0,
  received_at_ms: 0,
  body,
});

const bodyOf = (text: string) => ({
  data: {
    person: { id: text, email: text },
    why: {
      text,
      trigger: text,
      moment: {
        kind: text,
        page: text,
        score: 7.7,
        band: text,
        evidence: [{ name: text, value: text, unit: text, weight: 0.4, adds: 0.4 }],
      },
      gates_passed: [text],
    },
    content: { subject: text, preheader: text, template: text, blocks: [{ id: text, text }], action: { label: text, url: text } },
    timing: { signal_at: text, received_at: text, decided_at: text },
  },
});

const base = { n: 1, at: 0, page: "p" };
const signals = (text: string): Signal[] => [
  { ...base, kind: "page_view", url: text, device: "desktop" },
  { ...base, kind: "page_view", url: `http://shop.test/${text}?q=${text}`, device: "desktop" },
  { ...base, kind: "click", target: text },
  { ...base, kind: "form_start", form: text, fields: 5 },
  { ...base, kind: "form_abandon", form: text, fields: 5, filled: 1, engaged_ms: 0, last_field: text },
];

function shownMeter(text: string): HTMLElement {
  const made = openMeter(text, { later: 4, now: 7 });
  const evidence = [{ name: text, value: text, unit: text, weight: 0.4, adds: 0.4 }];
  made.show({ open: true, score: 4, evidence, waiting: text });
  return made.root;
}

const everything = (text: string): HTMLElement[] => [
  mail(arrival(text), 12),
  mailRow(arrival(text)),
  noticedRow(arrival(text)),
  deliveryRow({ id: text, type: text, kind: text, trigger: text, verified: false }),
  shownMeter(text),
  timelineRow({ at: text, what: text, gate: text, text }),
  ...signals(text).map((signal) => signalRow(signal, 0)),
];

/** The elements and their attributes' names: what markup would change and text cannot. A refused address is no link. */
const shape = (root: HTMLElement): string[] =>
  [root, ...root.querySelectorAll("*")].map((made) => {
    const isAction = made.classList.contains("action");
    return isAction ? "ACTION" : `${made.tagName} ${made.getAttributeNames().sort().join()}`;
  });

it.each(hostile)("%s stays text in panel and inbox", (text) => {
  const expected = everything(harmless).map(shape);
  const made = everything(text);
  document.body.replaceChildren(...made);
  expect(made.map(shape)).toEqual(expected);
  for (const link of document.body.querySelectorAll("a")) expect(["http:", "https:"]).toContain(link.protocol);
  expect(document.body.textContent).toContain(text);
  expect("caught" in globalThis).toBe(false);
});

it.each([null, 7, "text", [], {}, { data: null }, { data: { why: [], content: { blocks: [null, 3, {}], action: [] } } }])(
  "a body of %j is shown without a stumble",
  (body) => {
    expect(mail(arrival("msg_1", body), undefined).textContent).toContain("msg_1");
    expect(mailRow(arrival("msg_1", body)).textContent).toContain("Harbour & Pine");
    expect(noticedRow(arrival("msg_1", body)).textContent).toContain("message.send");
  },
);
