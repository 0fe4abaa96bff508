import type { Facts } from "../../contract/facts.ts";
import { goneAfterMs, hesitationMs, type MomentKind, scoreMoment, type Weights } from "../../contract/moments.ts";
import { type Evidence, half, toTenth } from "../../contract/score.ts";

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
const pace = (facts: Facts): number => (facts.device === "phone" ? 0.8 : 1);

type Shut = { waiting: string; asIf?: Facts };

/** Why each gate is shut, and the facts with which it would just open, to show what is building behind it. */
const shut: Record<MomentKind, (facts: Facts, live: Live) => Shut> = {
  hesitation(facts, live) {
    if (!facts.page.key) return { waiting: "only on key pages" };
    if (facts.clicks > 0) return { waiting: "ended by a click" };
    const gateMs = hesitationMs(facts.page.money) * pace(facts);
    const dwell = `waiting for ${seconds(gateMs)} · ${seconds(live.dwellMs)} so far`;
    const waiting = facts.dwellMs < gateMs ? dwell : "waiting for a first scroll";
    return { waiting, asIf: { ...facts, dwellMs: gateMs, scrolled: true } };
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
    if (facts.session.views > 1) return { waiting: "not after a second page" };
    const longestMs = 15_000 * pace(facts);
    if (live.dwellMs > longestMs) return { waiting: `stayed longer than ${seconds(longestMs)}` };
    const asIf = live.dwellMs < 1000 ? {} : { asIf: { ...facts, goneMs: goneAfterMs, dwellMs: live.dwellMs } };
    return { waiting: `waiting for ${seconds(goneAfterMs)} away, seen by the edge`, ...asIf };
  },
};

/** The dwell piece of an as-if hesitation stands at its gate's value: bring it back to the time that has really passed. */
function dwellSoFar(piece: Evidence, gateMs: number, dwellMs: number): Evidence {
  return { ...piece, value: dwellMs / 1000, adds: piece.weight * half(Math.min(dwellMs, gateMs), gateMs / 2) };
}

const total = (evidence: readonly Evidence[]): number => toTenth(10 * (1 - evidence.reduce((rest, e) => rest * (1 - e.adds), 1)));

export function read(kind: MomentKind, signalled: Facts, live: Live, weights?: Weights): Reading {
  const facts = { ...signalled, dwellMs: Math.max(signalled.dwellMs, live.dwellMs) };
  const now = scoreMoment(kind, facts, weights);
  if (now.score > 0) return { open: true, ...now, waiting: "" };
  const { waiting, asIf } = shut[kind](facts, live);
  if (!asIf) return { open: false, score: 0, evidence: [], waiting };
  const gathered = scoreMoment(kind, asIf, weights).evidence;
  const evidence =
    kind === "hesitation"
      ? gathered.map((piece) => (piece.name === "dwell" ? dwellSoFar(piece, asIf.dwellMs, facts.dwellMs) : piece))
      : gathered;
  return { open: false, score: total(evidence), evidence, waiting };
}
