import { type Evidence, evidenceOf, goneAfterMs, scoreMoment } from "../../contract/evidence.ts";
import type { Facts } from "../../contract/facts.ts";
import { hesitationSeconds, type MomentKind, paceMs, type Weights } from "../../contract/moments.ts";
import { combine, half } from "../../contract/score.ts";

/** What the panel sees for itself between two signals. */
export interface Live {
  dwellMs: number;
  quietMs: number;
  form?: { fields: number; filled: number; engagedMs: number; lead: boolean };
}

/** How near a kind of moment is: `open` when it scores, else what its gate still waits for and what has gathered behind it. */
export interface Reading {
  open: boolean;
  score: number;
  evidence: Evidence[];
  waiting: string;
}

const seconds = (ms: number): string => `${Math.floor(ms / 1000)} s`;

type Shut = { waiting: string; asIf?: Facts };

/** Why each gate is shut, and the facts with which it would just open, to show what is building behind it. */
const shut: Partial<Record<MomentKind, (facts: Facts, live: Live) => Shut>> = {
  hesitation(facts, live) {
    if (!facts.key) return { waiting: "only on key pages" };
    if (facts.clicks > 0) return { waiting: "ended by a click" };
    const gateMs = hesitationSeconds[facts.money ? "money" : "key"] * paceMs(facts.device);
    const dwell = `waiting for ${seconds(gateMs)} · ${seconds(live.dwellMs)} so far`;
    const waiting = facts.dwellMs < gateMs ? dwell : "waiting for a first scroll";
    return { waiting, asIf: { ...facts, dwellMs: gateMs, fits: true } };
  },
  exit(facts, live) {
    return {
      waiting: `waiting for an exit · ${seconds(live.quietMs)} untouched`,
      asIf: { ...facts, exit: { quality: 0, quietMs: live.quietMs } },
    };
  },
  form_abandon(facts, live) {
    if (!live.form) return { waiting: "waiting for a form to be begun" };
    const { filled, fields } = live.form;
    const waiting = `waiting for the form to be left · ${filled} of ${fields} filled`;
    return filled ? { waiting, asIf: { ...facts, form: { ...live.form, failed: 0 } } } : { waiting };
  },
  bounce(facts, live) {
    if (facts.views > 1) return { waiting: "not after a second page" };
    const longestMs = 15 * paceMs(facts.device);
    if (live.dwellMs > longestMs) return { waiting: `stayed longer than ${seconds(longestMs)}` };
    const asIf = live.dwellMs < 1000 ? {} : { asIf: { ...facts, goneMs: goneAfterMs, dwellMs: live.dwellMs } };
    return { waiting: `waiting for ${seconds(goneAfterMs)} away, seen by the edge`, ...asIf };
  },
};

/** Kinds whose building up can be shown; of the others only what has opened is. */
export const buildsUp = (kind: MomentKind): boolean => Object.hasOwn(shut, kind);

/** The dwell piece of an as-if hesitation stands at its gate's value: bring it back to the time that has really passed. */
function dwellSoFar(piece: Evidence, gateMs: number, dwellMs: number): Evidence {
  return { ...piece, value: dwellMs / 1000, adds: piece.weight * half(Math.min(dwellMs, gateMs), gateMs / 2) };
}

const total = (evidence: readonly Evidence[]): number => combine(evidence.map(({ adds }) => adds));

export function read(kind: MomentKind, signalled: Facts, live: Live, weights?: Weights): Reading {
  const facts = { ...signalled, dwellMs: Math.max(signalled.dwellMs, live.dwellMs) };
  const score = scoreMoment(kind, facts, weights);
  if (score > 0) return { open: true, score, evidence: evidenceOf(kind, facts, weights), waiting: "" };
  const { waiting, asIf }: Shut = shut[kind]?.(facts, live) ?? { waiting: "" };
  if (!asIf) return { open: false, score: 0, evidence: [], waiting };
  const gathered = evidenceOf(kind, asIf, weights);
  const evidence =
    kind === "hesitation"
      ? gathered.map((piece) => (piece.name === "dwell" ? dwellSoFar(piece, asIf.dwellMs, facts.dwellMs) : piece))
      : gathered;
  return { open: false, score: total(evidence), evidence, waiting };
}
