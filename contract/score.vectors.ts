import { evidenceOf, scoreMoment } from "./evidence.ts";
import { type Facts, factsOf } from "./facts.ts";
import { emptyFeatures, fold } from "./features.ts";
import { type Band, defaultBands } from "./moment-life.ts";
import type { MomentKind } from "./moments.ts";
import vectors from "./score.vectors.json" with { type: "json" };

export interface Vector {
  case: string;
  kind: MomentKind;
  /** What differs from a page of no type that was just opened. */
  facts: Partial<Facts>;
  score: number;
  band: Band;
  evidence: string[];
}

/** A first page view of which nothing else is known. */
export function freshFacts(): Facts {
  const features = emptyFeatures(1);
  fold(features, { kind: "page_view", n: 1, at: 0, page: "p", url: "https://shop.example/", device: "desktop" }, "s");
  return factsOf(features, "p", () => undefined, 0) as Facts;
}

export const scoreVectors = vectors as unknown as Vector[];

/** Every golden vector as this engine scores it, one line each: the same text in a browser, in Node and in workerd. */
export const scored = (): string[] =>
  scoreVectors.map(({ case: name, kind, facts: known }) => {
    const facts = { ...freshFacts(), ...known };
    const score = scoreMoment(kind, facts);
    const evidence = evidenceOf(kind, facts);
    const band = score >= defaultBands.now ? "now" : score >= defaultBands.later ? "later" : "none";
    return `${kind}: ${name}: ${score} ${band} [${evidence.map((piece) => piece.name).join(" ")}]`;
  });

export const expected = (): string[] =>
  scoreVectors.map((v) => `${v.kind}: ${v.case}: ${v.score} ${v.band} [${v.evidence.join(" ")}]`);
