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

/** Each is time in which the page's thread compiles or runs somebody's script. Continuations of promises are microtasks. */
const running = new Set([
  "EvaluateScript",
  "FunctionCall",
  "RunMicrotasks",
  "v8.compile",
  "v8.compileModule",
  "v8.evaluateModule",
  "v8.produceCache",
  "v8.produceModuleCache",
]);

/** CPU time that scripts of an origin's pages took on their main thread within a time; one inside another counts once. */
export function msOfScripts(events: readonly TraceEvent[], origin: string, fromUs: number, toUs: number): number {
  const threads = new Set(
    events
      .filter(({ name, args }) => name === "CommitLoad" && args?.data?.url?.startsWith(origin))
      .map(({ pid, tid }) => `${pid}/${tid}`),
  );
  const ours = events
    .filter(({ name, pid, tid, ts }) => running.has(name) && threads.has(`${pid}/${tid}`) && ts >= fromUs && ts < toUs)
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
