import { element } from "./element.ts";
import { at, listAt, numberAt, plainName, textAt } from "./webhook.ts";

export interface Share {
  name: string;
  label: string;
  /** Of the score's ten points. */
  points: number;
  /** The same in tenths, so rounded that all of them together are the score as it is shown. */
  tenths: number;
}

/**
 * Splits a score among its evidence. In 1 − Π(1 − aᵢ) the logarithms add up, so a piece's share does not depend on the order
 * in which one looks at it.
 */
export function sharesOf(score: number, pieces: readonly { name: string; label: string; adds: number }[]): Share[] {
  const logs = pieces.map(({ adds }) => -Math.log(1 - Math.min(0.999, Math.max(0, adds))));
  const sum = logs.reduce((a, b) => a + b, 0);
  const points = logs.map((log) => (sum ? (score * log) / sum : 0));
  const tenths = inTenths(points, Math.round(score * 10));
  return pieces.map(({ name, label }, i) => ({ name, label, points: points[i] ?? 0, tenths: tenths[i] ?? 0 }));
}

/** What is left over by rounding down goes to those that lost most by it. */
function inTenths(points: readonly number[], whole: number): number[] {
  const down = points.map((one) => Math.floor(one * 10));
  const left = points.length ? whole - down.reduce((a, b) => a + b, 0) : 0;
  const lost = points.map((one, i) => [one * 10 - (down[i] ?? 0), i] as const).sort(([a], [b]) => b - a);
  for (const [, i] of lost.slice(0, left)) down[i] = (down[i] ?? 0) + 1;
  return down;
}

const yesNo: Record<string, string> = { true: "yes", false: "no" };

/** `dwell 20 s`, `scroll 60 %`, `money page pricing`. */
export function evidenceLabel(piece: unknown): string {
  const value = at(piece, "value");
  const unit = textAt(piece, "unit");
  const name = plainName(textAt(piece, "name"));
  if (value === true) return name;
  if (typeof value === "number") {
    if (unit === "") return value > 0 && value <= 1 ? `${name} ${Math.round(value * 100)} %` : `${name} ${value}`;
    return `${name} ${Math.round(value)} ${unit}`;
  }
  return `${name} ${yesNo[String(value)] ?? textAt(piece, "value")}`;
}

/** The shares of a moment as a webhook carries it. */
export function momentShares(moment: unknown): Share[] {
  const pieces = listAt(moment, "evidence").map((piece) => ({
    name: textAt(piece, "name"),
    label: evidenceLabel(piece),
    adds: numberAt(piece, "adds") ?? 0,
  }));
  return sharesOf(numberAt(moment, "score") ?? 0, pieces);
}

const tones = 6;

/** The 0–10 track with the marks of the two bands. Segments keep their place among `order`, so that colours do not wander. */
export function track(shares: readonly Share[], bands = { later: 4, now: 7 }): HTMLElement {
  const made = element("div", { class: "track" });
  shares.forEach((share, i) => {
    const segment = element("i", { class: `seg tone-${i % tones}`, title: `${share.label}: ${(share.tenths / 10).toFixed(1)}` });
    segment.style.width = `${Math.min(10, share.points) * 10}%`;
    made.append(segment);
  });
  for (const [band, from] of Object.entries(bands)) {
    const mark = element("b", { class: "mark" }, element("span", {}, `${band} ${from}`));
    mark.style.left = `${from * 10}%`;
    made.append(mark);
  }
  return made;
}

export const legend = (shares: readonly Share[]): HTMLElement =>
  element(
    "ul",
    { class: "legend" },
    ...shares.map((share, i) =>
      element(
        "li",
        {},
        element("i", { class: `dot tone-${i % tones}` }),
        element("span", {}, share.label),
        element("b", {}, `+${(share.tenths / 10).toFixed(1)}`),
      ),
    ),
  );
