import type { Bands } from "./moment-life.ts";
import type { MomentKind, Weights } from "./moments.ts";
import type { PageRule } from "./pages.ts";
import type { Device, Signal, SignalKind } from "./signals.ts";

/** Limits of a batch, the same on both sides. */
export const limits = {
  bodyBytes: 64 * 1024,
  /** Largest body a leaving page sends: browsers allow 64 KiB of keepalive in flight. */
  leavingBytes: 60 * 1024,
  signals: 100,
  textChars: 1024,
  /** Items of a signal. */
  items: 20,
  /** Longest name of an item, and longest query. */
  nameChars: 100,
  /** Traits or properties of a signal; longest value of one. */
  properties: 20,
  valueChars: 256,
  nAhead: 10_000,
  streams: 512,
  ranges: 16,
  /** The SDK discards older signals; the edge remembers a stream one day longer. */
  signalAgeMs: 7 * 86_400_000,
  streamAgeMs: 8 * 86_400_000,
} as const;

export const dwellStepsMs = [3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600].map((s) => s * 1000);

export interface Context {
  url?: string;
  referrer?: string;
  language?: string;
  time_zone?: string;
  viewport?: [width: number, height: number];
  touch?: boolean;
  /** A robot, as far as the browser admits it. */
  bot?: true;
}

/** What never changes within a stream. */
export interface Head {
  site: string;
  visitor: string;
  stream: string;
  session: { id: string; started_at: number; number: number };
  user?: { id: string; token?: string };
}

export type Consent = "granted" | "denied";

/** `POST /v1/batches`: signals of one stream. `pass` is what the edge's last reply gave; without it a visitor counts as new. */
export interface Batch extends Head {
  v: 1;
  sent_at: number;
  consent: Consent;
  pass?: string;
  context?: Context;
  signals: Signal[];
}

/** Every signal up to `mark` was taken, and those in `ranges` (inclusive, above the mark, ascending). */
export interface Ack {
  mark: number;
  ranges: [from: number, to: number][];
}

/** What a message says on the page: words to be shown as text, never as HTML. */
export interface OnsiteContent {
  template: string;
  onsite?: { look: string; near?: string; title: string; body?: string };
  chat?: { text?: string; team?: string; priority: boolean };
  blocks: { id: string; text?: string; items?: readonly unknown[]; deadline?: string; variant?: string }[];
  action?: { label: string; url?: string; chat?: "open"; answer?: string; copy?: "code"; call_back?: true };
  offer?: { id: string; code?: string; starts_at: string; ends_at: string } & Record<string, unknown>;
}

/** A message that the page is to show once, before `expires_at` (ISO 8601): offered under this id until the page says that it was. */
export interface OnsiteMessage {
  id: string;
  channel: "onsite" | "chat";
  expires_at: string;
  purpose: "marketing" | "service" | "transactional";
  trigger: string;
  journey: string;
  step: string;
  content: OnsiteContent;
}

/** The 202 to a batch. */
export interface Accepted {
  ack: Ack;
  onsite: OnsiteMessage[];
  settings: string;
  pass: string;
}

/** `GET /v1/sites/:key`: what the SDK may know of its site; the same bytes for everyone. */
export interface Settings {
  v: 1;
  site: string;
  pages: readonly PageRule[];
  bands: Bands;
  weights?: Weights;
  urgent: Urgent;
  /** Signals that are switched off. */
  off?: SignalKind[];
  /** Share of visitors that are watched, 0–1. Left out: all. */
  sample?: number;
  /** What an order of this site is worth, in the currency of its carts. Left out: unknown. */
  average_order?: number;
}

/** What the site acts on: worth a flush at once. A kind without a lowest score is urgent at any. */
export interface Urgent {
  kinds: MomentKind[];
  signals: SignalKind[];
  lowest: Partial<Record<MomentKind, number>>;
}

/** RFC 9457. `pointer` is the JSON pointer of the field at fault; values are never echoed. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  pointer?: string;
}

export const deviceOf = (width: number, height: number, touch: boolean): Device =>
  !touch ? "desktop" : Math.min(width, height) < 600 ? "phone" : "tablet";

const isTaken = (ack: Ack, n: number): boolean => n <= ack.mark || ack.ranges.some(([from, to]) => n >= from && n <= to);

/** The signals an acknowledgement does not cover. */
export const unacknowledged = <T extends { n: number }>(signals: readonly T[], ack: Ack): T[] =>
  signals.filter((signal) => !isTaken(ack, signal.n));

/**
 * Adds one `n` to a stream's acknowledgement, in place.
 * @returns `taken` new, `seen` before, `full` when it would need a range too many
 */
export function take(ack: Ack, n: number): "taken" | "seen" | "full" {
  if (isTaken(ack, n)) return "seen";
  const before = ack.ranges.find((range) => range[1] === n - 1);
  const after = ack.ranges.find((range) => range[0] === n + 1);
  if (n === ack.mark + 1) {
    ack.mark = after ? after[1] : n;
    if (after) ack.ranges.splice(ack.ranges.indexOf(after), 1);
  } else if (before) {
    before[1] = after ? after[1] : n;
    if (after) ack.ranges.splice(ack.ranges.indexOf(after), 1);
  } else if (after) {
    after[0] = n;
  } else {
    if (ack.ranges.length >= limits.ranges) return "full";
    ack.ranges.push([n, n]);
    ack.ranges.sort((a, b) => a[0] - b[0]);
  }
  return "taken";
}
