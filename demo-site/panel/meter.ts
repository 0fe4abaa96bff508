import type { Bands, Moment } from "../../contract/moment-life.ts";
import { element } from "../element.ts";
import { evidenceLabel, legend, sharesOf, track } from "../evidence-bar.ts";
import { plainName } from "../webhook.ts";
import type { Reading } from "./reading.ts";

/** One kind's meter. It keeps its nodes and changes widths only, so that growth is seen as movement. */
export function openMeter(kind: string, bands: Bands) {
  const score = element("output", { class: "score" }, "0.0");
  const caught = element("span", { class: "caught" });
  const waiting = element("p", { class: "waiting" });
  let bar = track([], bands);
  let pieces = legend([]);
  let shown = "";
  const root = element(
    "section",
    { class: "meter", "data-kind": kind },
    element("header", {}, element("h3", {}, plainName(kind)), caught, waiting, score),
    bar,
    pieces,
  );
  // In order of appearance, so that a segment never changes its colour or its place.
  const order: string[] = [];

  return {
    root,
    show(reading: Reading): void {
      for (const { name } of reading.evidence) if (!order.includes(name)) order.push(name);
      const sorted = [...reading.evidence].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
      const shares = sharesOf(
        reading.score,
        sorted.map((piece) => ({ name: piece.name, label: evidenceLabel(piece), adds: piece.adds })),
      );
      root.dataset.state = reading.open ? "open" : shares.length ? "building" : "idle";
      root.dataset.band = !reading.open || reading.score < bands.later ? "none" : reading.score < bands.now ? "later" : "now";
      score.value = reading.score.toFixed(1);
      waiting.textContent = reading.waiting;
      const names = sorted.map(({ name }) => name).join();
      if (names !== shown) {
        shown = names;
        const next = track(shares, bands);
        bar.replaceWith(next);
        bar = next;
      } else {
        bar.querySelectorAll<HTMLElement>(".seg").forEach((segment, i) => {
          segment.style.width = `${(shares[i]?.points ?? 0) * 10}%`;
        });
      }
      const next = legend(shares);
      if (next.textContent === pieces.textContent) return;
      pieces.replaceWith(next);
      pieces = next;
    },
    /** Another page view: what was caught on the one before is past. */
    begin(): void {
      caught.textContent = "";
      delete root.dataset.caught;
    },
    /** The moment was emitted: latched, whatever becomes of the score. */
    catch(moment: Moment): void {
      caught.textContent = moment.band === "none" ? "noticed" : `caught ${moment.score.toFixed(1)} · ${moment.band}`;
      root.dataset.caught = moment.band;
    },
  };
}
