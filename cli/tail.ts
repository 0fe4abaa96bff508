import type { TailLine } from "../edge/site/answers.ts";
import { durationMs } from "./duration.ts";
import { edgeCall, sitePath } from "./edge-call.ts";
import { paint } from "./paint.ts";
import { plain, plainJson } from "./plain.ts";
import type { OfSite } from "./versions.ts";

export interface TailOptions extends OfSite {
  /** How long to look, like `30s` or `5m`; else until it is interrupted. */
  for?: string | undefined;
}

export interface Watch {
  now: () => number;
  wait: (ms: number) => Promise<void>;
}

const everyMs = 1000;
const watch: Watch = { now: Date.now, wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };

/** Prints what happens at the edge, as it happens. */
export async function tail(options: TailOptions, { now, wait }: Watch = watch): Promise<void> {
  const { site, json = false, for: period, ...at } = options;
  const untilMs = period === undefined ? Infinity : now() + durationMs("--for", period);
  const call = edgeCall(at);
  const path = `${sitePath(site)}/tail`;
  if (!json) console.error("Watching; the edge begins to tell within 10 s. Ctrl-C ends it.");
  let after = 0;
  for (;;) {
    const { lines } = await call.json("GET", `${path}?after=${after}`);
    for (const line of (Array.isArray(lines) ? lines : []) as TailLine[]) {
      console.log(json ? plainJson(line) : told(line));
      after = Math.max(after, Number(line.seq) || 0);
    }
    if (now() + everyMs > untilMs) return;
    await wait(everyMs);
  }
}

const colours: Record<string, "green" | "yellow" | "dim"> = { sent: "green", not_sent: "yellow", held: "yellow" };

function told({ at, person, what, gate, trigger, journey, step, channel, text }: TailLine): string {
  const time = new Date(Number(at)).toTimeString().slice(0, 8);
  const of = [trigger, journey === trigger ? undefined : journey, step, channel].filter(Boolean).map(plain).join(" › ");
  const verdict = paint(colours[what] ?? "dim", plain(what).replace(/_/g, " ") + (gate ? ` (${plain(gate)})` : ""));
  return `${time}  ${plain(person).slice(0, 8)}  ${verdict}  ${of}  ${plain(text)}`;
}
