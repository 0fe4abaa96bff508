import type { Signal } from "../contract/signals.ts";
import { type Accepted, type Batch, type Head, limits, type Problem, unacknowledged } from "../contract/wire.ts";
import type { Buffer, Stream } from "./buffer.ts";
import { attempt, later, type Stop } from "./guard.ts";
import { type Answer, bytesOf, type Transport } from "./transport.ts";

export interface Flush {
  phase: "sent" | "answered";
  signals: number;
  bytes: number;
  /** Sent in the task of the signal that asked for it. */
  urgent: boolean;
  /** From sending to the answer. */
  ms?: number;
  /** HTTP status; 0 when nothing understandable came back. */
  status?: number;
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
  stop: Stop;
}

export interface Outcomes {
  report: (flush: Flush) => void;
  accepted: (stream: Stream, answer: Accepted) => void;
  /** Goes on under a new stream, to which `signals` move. */
  replace: (stream: Stream, signals: Signal[]) => void;
}

const waitsMs = { first: 2000, second: 5000, longest: 60_000, growth: 1.5 };
const retryMs = { first: 1000, longest: 60_000 };
const manySignals = 20;

export const encode = (batch: Omit<Batch, "v">): string => JSON.stringify({ v: 1, ...batch });

export function openDelivery(buffer: Buffer, transport: Transport, { report, accepted, replace }: Outcomes): Delivery {
  const { streams, keep } = buffer;
  /** Signals in a request not yet answered, and whether that request outlives the page. */
  const flying = new Map<Signal, boolean>();
  /** Refused for who they are, not for what they say; kept for a later document. */
  const refused = new WeakSet<Stream>();
  let waitMs = waitsMs.first;
  let failures = 0;
  let blockedUntilMs = 0;
  let cancel: Stop | undefined;

  const waiting = (stream: Stream, leaving?: boolean) =>
    refused.has(stream) ? [] : stream.signals.filter((signal) => !(leaving ? flying.get(signal) : flying.has(signal)));

  const nudge = () => {
    const count = streams.reduce((sum, stream) => sum + waiting(stream).length, 0);
    if (count >= manySignals) flush();
    if (!count || cancel) return;
    cancel = later(Math.max(waitMs, blockedUntilMs - performance.now()), () => {
      waitMs = Math.max(waitsMs.second, Math.min(waitsMs.longest, waitMs * waitsMs.growth));
      flush();
      buffer.adopt().then(nudge, () => {});
    });
  };
  const stop = () => {
    cancel?.();
    cancel = undefined;
  };

  function flush(why?: Why): void {
    const leaving = why === "leaving";
    if (!leaving && performance.now() < blockedUntilMs) return;
    stop();
    for (const stream of [...streams].reverse()) {
      const fresh = stream.signals.filter(({ at }) => Date.now() - at < limits.signalAgeMs);
      if (fresh.length < stream.signals.length) keep(stream, fresh);
      if (stream.head) send(stream, waiting(stream, leaving), why);
    }
  }

  /** In halves, the newer first, while it is too much for one request. */
  function send(stream: Stream, signals: Signal[], why?: Why, isTooMuch?: boolean): void {
    if (!signals.length) return;
    const { head, pass, context } = stream;
    const body = encode({
      ...(head as Head),
      ...(pass && { pass }),
      sent_at: Date.now(),
      consent: "granted",
      ...(context && { context }),
      signals,
    });
    const bytes = bytesOf(body);
    const leaving = why === "leaving";
    const outlives = transport.outlives(bytes);
    if (isTooMuch || signals.length > limits.signals || bytes > limits.bodyBytes || (leaving && !outlives)) {
      const half = signals.length >> 1;
      if (!half) return;
      send(stream, signals.slice(half), why);
      send(stream, signals.slice(0, half), why);
      return;
    }
    for (const signal of signals) flying.set(signal, outlives);
    const sent = { signals: signals.length, bytes, urgent: why === "urgent" };
    const sentMs = performance.now();
    report({ phase: "sent", ...sent });
    void transport.post(body, leaving).then((answer) =>
      attempt(() => {
        for (const signal of signals) flying.delete(signal);
        report({ phase: "answered", ...sent, ms: performance.now() - sentMs, status: answer.status });
        if (streams.includes(stream)) settle(stream, signals, context, answer);
        nudge();
      }),
    );
  }

  function settle(stream: Stream, signals: Signal[], context: Stream["context"], { status, json, retryAfterMs }: Answer): void {
    const drop = (gone: Signal[]) =>
      keep(
        stream,
        stream.signals.filter((signal) => !gone.includes(signal)),
      );
    if (status === 202) {
      failures = 0;
      const { ack } = json as Accepted;
      if (stream.context === context) stream.context = undefined;
      accepted(stream, json as Accepted);
      keep(stream, unacknowledged(stream.signals, ack));
    } else if (status === 401 || status === 403) {
      refused.add(stream);
    } else if (status === 413 && signals.length > 1) {
      send(stream, signals, undefined, true);
    } else if (status === 409) {
      drop(signals);
      replace(stream, signals);
    } else if (status === 400 || status === 413 || status === 422) {
      const [, part, index = ""] = /^\/(\w+)\/?(\d*)/.exec((json as Problem | undefined)?.pointer ?? "") ?? [];
      if (part === "context" && context) {
        stream.context = undefined;
      } else {
        // A batch that no signal is to blame for can never be taken, and must not stand in the way of those behind it.
        drop(part === "signals" && index ? signals.slice(+index, +index + 1) : signals);
        replace(stream, []); // a gap in `n` would cost the edge a range for ever
      }
      flush();
    } else {
      const backoffMs = Math.min(retryMs.longest, retryMs.first * 2 ** failures++) * (0.5 + Math.random() / 2);
      blockedUntilMs = performance.now() + (retryAfterMs || backoffMs);
      stop();
      cancel = later(blockedUntilMs - performance.now(), retry);
    }
  }

  function retry(): void {
    blockedUntilMs = 0;
    flush();
  }

  return {
    nudge,
    hurry() {
      waitMs = waitsMs.first;
      if (!failures) stop();
    },
    flush,
    retry,
    stop,
  };
}
