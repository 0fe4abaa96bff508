import { element } from "./element.ts";
import { at, listAt, numberAt, plainName, textAt } from "./webhook.ts";

export interface Share {
  name: string;
  label: string;
  /** Of the score's ten points. */
  points: number;
}

/**
 * Splits a score among its evidence. In 1 − Π(1 − aᵢ) the logarithms add up, so a piece's share does not depend on the order
 * in which one looks at it.
 */
export function sharesOf(score: number, pieces: readonly { name: string; label: string; adds: number }[]): Share[] {
  const logs = pieces.map(({ adds }) => -Math.log(1 - Math.min(0.999, Math.max(0, adds))));
  const sum = logs.reduce((a, b) => a + b, 0);
  return pieces.map(({ name, label }, i) => ({ name, label, points: sum ? (score * (logs[i] ?? 0)) / sum : 0 }));
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
    const segment = element("i", { class: `seg tone-${i % tones}`, title: `${share.label}: ${share.points.toFixed(1)}` });
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
        element("b", {}, `+${share.points.toFixed(1)}`),
      ),
    ),
  );
