import type { Moment } from "../../contract/moment-life.ts";
import { element } from "../element.ts";
import { type Arrival, momentOf, plainName, textAt } from "../webhook.ts";

interface Caught {
  id: string;
  band: string;
  realAtMs: number;
}

interface Line {
  id: string;
  type: string;
  kind: string;
  trigger: string;
  verified: boolean;
  /** Signal in this browser → webhook at the receiver. Unknown for a moment that the edge's alarm opened. */
  ms?: number;
}

const shownLines = 6;

/** The demo's memory across its pages: `latencies` is read by the inbox too. */
function remembered<T>(key: string, otherwise: T): T {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? "null") as T | null) ?? otherwise;
  } catch {
    return otherwise; // storage refused, or written by another version: the demo starts afresh
  }
}

function remember(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // storage refused or full: this page still shows its own lines
  }
}

export function deliveryRow(line: Line): HTMLElement {
  const sent = line.type === "message.send";
  const measured = line.ms !== undefined && [`${line.ms} ms`, element("small", {}, "signal → webhook")];
  const what = sent ? `trigger ${line.trigger || "unknown"}` : `${plainName(line.kind)} noticed, no message`;
  return element(
    "li",
    { "data-type": sent ? "send" : "other" },
    element("a", { href: `/inbox#${encodeURIComponent(line.id)}` }, element("b", {}, line.type), element("span", {}, what)),
    element("output", {}, ...(measured || [])),
    !line.verified && element("em", {}, "not verified"),
  );
}

/**
 * Brings together when a moment was caught here and when its webhook arrived there. The edge names a moment
 * `mom_<page view>_<kind>` (`edge/outbox/message-body.ts`), so this browser knows its own again.
 */
export function deliveries(list: HTMLElement) {
  let lines = remembered<Line[]>("demo-lines", []);
  let caught = remembered<Caught[]>("demo-caught", []);

  function show(): void {
    list.replaceChildren(
      ...(lines.length ? lines.map(deliveryRow) : [element("li", { class: "none" }, "None yet. Hesitate a little.")]),
    );
  }

  function latencyOf(arrival: Arrival): number | undefined {
    const moment = momentOf(arrival.body);
    const isSentLater = textAt(arrival.body, "data.timing.due_at") !== textAt(arrival.body, "data.timing.signal_at");
    const band = textAt(moment, "band");
    const here = caught.find((c) => c.id === textAt(moment, "id") && c.band === band);
    return isSentLater || !here ? undefined : Math.max(0, Math.round(arrival.received_at_ms - here.realAtMs));
  }

  show();
  return {
    caught(moment: Moment, realAtMs: number): void {
      caught = [...caught, { id: `mom_${moment.page}_${moment.kind}`, band: moment.band, realAtMs }].slice(-20);
      remember("demo-caught", caught);
    },
    arrived(arrival: Arrival): void {
      if (lines.some((line) => line.id === arrival.id)) return;
      const ms = latencyOf(arrival);
      const line: Line = {
        id: arrival.id,
        type: arrival.type,
        kind: textAt(momentOf(arrival.body), "kind"),
        trigger: textAt(arrival.body, "data.why.trigger"),
        verified: arrival.verified,
        ...(ms === undefined ? {} : { ms }),
      };
      lines = [line, ...lines].slice(0, shownLines);
      remember("demo-lines", lines);
      if (ms !== undefined) remember("demo-latencies", { ...remembered("demo-latencies", {}), [arrival.id]: ms });
      show();
    },
    forget(): void {
      for (const key of ["demo-lines", "demo-caught", "demo-latencies"]) localStorage.removeItem(key);
    },
  };
}
