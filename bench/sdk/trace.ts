export interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  ts: number;
  /** CPU time of the thread in µs; wall time is `dur`. */
  tdur?: number;
  dur?: number;
  args?: { data?: { url?: string } };
}

/** A script comes: it is compiled, and runs once from top to bottom. */
export const evaluating = ["EvaluateScript", "v8.compile", "v8.compileModule", "v8.evaluateModule"];
/** Each is time in which the page's thread compiles or runs somebody's script. Continuations of promises are microtasks. */
export const running = [...evaluating, "FunctionCall", "RunMicrotasks", "v8.produceCache", "v8.produceModuleCache"];

/** CPU time that an origin's pages spent on `what` on their main thread within a time; one inside another counts once. */
export function msOf(
  what: readonly string[],
  events: readonly TraceEvent[],
  origin: string,
  fromUs = 0,
  toUs = Number.POSITIVE_INFINITY,
): number {
  const threads = new Set(
    events
      .filter(({ name, args }) => name === "CommitLoad" && args?.data?.url?.startsWith(origin))
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const ours = events
    .filter(({ name, pid, tid, ts }) => what.includes(name) && threads.has(`${pid}/${tid}`) && ts >= fromUs && ts < toUs)
    .sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0));
  let sumUs = 0;
  let endUs = 0;
  for (const { ts, dur = 0, tdur = 0 } of ours) {
    if (ts < endUs) continue;
    endUs = ts + dur;
    sumUs += tdur;
  }
  return sumUs / 1000;
}
