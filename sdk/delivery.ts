import type { Signal } from "../contract/signals.ts";
import { type Accepted, type Batch, type Head, limits, type OnsiteMessage, unacknowledged } from "../contract/wire.ts";
import { type Buffer, isFresh, type Stream } from "./buffer.ts";
import { attempt, type Life } from "./guard.ts";
import type { overcome as overcomeRefusal } from "./refusal.ts";
import type { Answer, Transport } from "./transport.ts";

export interface Flush {
  phase: "sent" | "answered";
  signals: number;
  bytes: number;
  /** Sent in the task of the signal that asked for it. */
  urgent: boolean;
  /** HTTP status; 0 when nothing understandable came back. */
  status?: number;
  /** What came back, with the messages that the page is to show: each once, then `track("message_shown", { message: id })`. */
  json?: { onsite?: OnsiteMessage[] };
}

type Why = "urgent" | "leaving";

export interface Delivery {
  /** Signals wait: send soon, or at once when there are many. */
  nudge: () => void;
  /** A new page: the visitor is active, so begin again with short waits. */
  hurry: () => void;
  flush: (why?: Why) => void;
  /** Sends without regard to a wait the edge or the network imposed. */
  retry: () => void;
}

export interface Outcomes {
  report: (flush: Flush) => void;
  /** What the edge last gave this visitor. */
  passOf: (head: Head) => string | undefined;
  accepted: (head: Head, answer: Accepted) => void;
  /** Does something about a batch that can never be taken as it is, if it is known what. Returns whether to go on at once. */
  overcome: (...refused: Parameters<typeof overcomeRefusal>) => boolean | undefined;
  /** Goes on under a new stream, to which `signals` move. */
  replace: (stream: Stream, signals: Signal[]) => void;
  /** Takes over what other documents have left behind. */
  adopt: () => Promise<unknown>;
}

const waitsMs = { first: 2000, second: 5000, longest: 60_000, growth: 1.5 };
const retryMs = 1000;
/** A timer may come a fraction of a millisecond too soon. */
const earlyMs = 1;
/** A timer that is to wait longer comes at once. */
const longestTimerMs = 1e9;
const manySignals = 20;

/** JSON leaves out what is undefined. */
export const encode = (batch: Partial<Record<keyof Batch, unknown>>): string =>
  JSON.stringify({ v: 1, sent_at: Date.now(), ...batch });

export function openDelivery(
  { streams, keep }: Buffer,
  transport: Transport,
  later: Life["later"],
  { report, passOf, accepted, overcome, replace, adopt }: Outcomes,
): Delivery {
  /** Signals in a request not yet answered, and whether that request outlives the page. */
  const flying = new Map<Signal, boolean>();
  /** The edge does not know us: a later document may have more luck. */
  let isRefused = false;
  let waitMs = waitsMs.first;
  let failures = 0;
  let blockedUntilMs = 0;
  let timer = 0;

  const waiting = ({ signals }: Stream, leaving?: boolean) =>
    signals.filter((signal) => isFresh(signal) && !(leaving ? flying.get(signal) : flying.has(signal)));

  const stop = () => {
    clearTimeout(timer);
    timer = 0;
  };
  const nudge = () => {
    if (timer && streams.reduce((sum, { signals }) => sum + signals.length, 0) < manySignals) return;
    const count = streams.flatMap((stream) => waiting(stream)).length;
    if (count >= manySignals) flush();
    if (!count || timer || isRefused) return;
    const blockedMs = blockedUntilMs - performance.now();
    timer = later(blockedMs > 0 ? Math.min(blockedMs + earlyMs, longestTimerMs) : waitMs, () => {
      if (!failures) waitMs = Math.max(waitsMs.second, Math.min(waitsMs.longest, waitMs * waitsMs.growth));
      stop();
      flush();
      adopt().then(nudge, nudge);
    });
  };

  function flush(why?: Why): void {
    const leaving = why === "leaving";
    if (isRefused || (!leaving && performance.now() < blockedUntilMs)) return;
    stop();
    for (const stream of [...streams].reverse()) send(stream, waiting(stream, leaving), why);
  }

  /** In halves, the newer first, while it is too much for one request. */
  function send(stream: Stream, signals: Signal[], why?: Why, isTooMuch?: boolean): void {
    const { head, context } = stream;
    const count = signals.length;
    if (!head || !count) return;
    const leaving = why === "leaving";
    const body = encode({ ...head, pass: passOf(head), consent: "granted", context, signals });
    const bytes = new TextEncoder().encode(body).length;
    // What is in no hurry is sent again on leaving, should it still be on its way.
    const outlives = !!why && transport.outlives(bytes);
    if (isTooMuch || count > limits.signals || (leaving ? !outlives : bytes > limits.bodyBytes)) {
      if (count > 1) for (const half of [signals.slice(count / 2), signals.slice(0, count / 2)]) send(stream, half, why);
      return;
    }
    for (const signal of signals) flying.set(signal, outlives);
    const sent = { signals: count, bytes, urgent: why === "urgent" };
    report({ phase: "sent", ...sent });
    void transport.post(body, outlives ? bytes : 0, leaving).then((answer) =>
      attempt(() => {
        for (const signal of signals) flying.delete(signal);
        report({ phase: "answered", ...sent, ...answer });
        if (streams.includes(stream)) settle(stream, signals, context, answer);
        nudge();
      }),
    );
  }

  function settle(stream: Stream, signals: Signal[], context: Stream["context"], answer: Answer): void {
    const { status, json, retryAfterMs } = answer;
    const drop = (gone: Signal[]) =>
      keep(
        stream,
        stream.signals.filter((signal) => !gone.includes(signal)),
      );
    if (status === 202) {
      failures = 0;
      if (stream.context === context) stream.context = undefined;
      accepted(stream.head as Head, json as Accepted);
      keep(stream, unacknowledged(stream.signals, (json as Accepted).ack));
    } else if (status === 401 || status === 403) {
      isRefused = true;
    } else if (
      overcome(stream, signals, context, answer, { drop, replace, halve: () => send(stream, signals, undefined, true) })
    ) {
      flush();
    } else {
      const backoffMs = Math.min(waitsMs.longest, retryMs * 2 ** failures++) * (0.5 + Math.random() / 2);
      blockedUntilMs = performance.now() + (retryAfterMs || backoffMs);
      stop();
    }
  }

  return {
    nudge,
    hurry() {
      waitMs = waitsMs.first;
      stop();
    },
    flush,
    retry() {
      blockedUntilMs = 0;
      flush();
    },
  };
}
