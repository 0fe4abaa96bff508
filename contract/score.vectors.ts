import { evidenceOf, scoreMoment } from "./evidence.ts";
import type { Facts } from "./facts.ts";
import { type Band, defaultBands } from "./moment-life.ts";
import type { MomentKind } from "./moments.ts";
import vectors from "./score.vectors.json" with { type: "json" };

export interface Vector {
  case: string;
  kind: MomentKind;
  facts: Facts;
  score: number;
  band: Band;
  evidence: string[];
}

export const scoreVectors = vectors as unknown as Vector[];

/** Every golden vector as this engine scores it, one line each: the same text in a browser, in Node and in workerd. */
export const scored = (): string[] =>
  scoreVectors.map(({ case: name, kind, facts }) => {
    const score = scoreMoment(kind, facts);
    const evidence = evidenceOf(kind, facts);
    const band = score >= defaultBands.now ? "now" : score >= defaultBands.later ? "later" : "none";
    return `${kind}: ${name}: ${score} ${band} [${evidence.map((piece) => piece.name).join(" ")}]`;
  });

export const expected = (): string[] =>
  scoreVectors.map((v) => `${v.kind}: ${v.case}: ${v.score} ${v.band} [${v.evidence.join(" ")}]`);
