import type { Stream } from "./buffer.ts";
import type { Answer } from "./transport.ts";

export interface Remedies {
  /** Forgets these, which can never be taken or go another way. */
  drop: (gone: Signals) => void;
  /** Goes on under a new stream, to which `signals` move. */
  replace: (stream: Stream, signals: Signals) => void;
  halve: () => void;
}

type Signals = Stream["signals"];

/**
 * What is done about a batch that the edge will never take as it is. Returns whether to go on at once; else it is waited as for a
 * network that is down.
 */
export function overcome(
  stream: Stream,
  signals: Signals,
  context: Stream["context"],
  { status, json }: Answer,
  { drop, replace, halve }: Remedies,
): boolean {
  if (status === 413 && signals.length > 1) {
    halve();
    return true;
  }
  if (status === 409) {
    drop(signals);
    replace(stream, signals);
  }
  if (status !== 400 && status !== 413 && status !== 422) return false;
  const [, part, index] = json?.pointer?.split("/") ?? [];
  if (part === "context" && context) {
    stream.context = undefined;
  } else if (part === "user" && stream.head?.user) {
    // Who they say they are is at fault: nobody in particular may still be welcome.
    const { user: _, ...head } = stream.head;
    stream.head = head;
    drop(signals);
    replace(stream, signals);
  } else {
    const culprit = part === "signals" && signals[index as unknown as number];
    // A batch that no signal is to blame for can never be taken, and must not stand in the way of those behind it.
    drop(culprit ? [culprit] : signals);
    replace(stream, []); // a gap in `n` would cost the edge a range for ever
  }
  return true;
}
