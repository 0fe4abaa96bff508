import { ago } from "../edge/journey/ago.ts";
import type { Timeline, TimelineLine } from "../edge/site/answers.ts";
import { edgeCall, sitePath } from "./edge-call.ts";
import { paint } from "./paint.ts";
import { plain, plainJson } from "./plain.ts";
import { Stop } from "./stop.ts";
import type { OfSite } from "./versions.ts";
import { wholeNumber } from "./whole-number.ts";

export interface TimelineOptions extends OfSite {
  limit?: string | undefined;
}

const shown = 50;
const most = 500;

/** Prints why one person heard something or nothing, the newest last. */
export async function timeline(
  id: string | undefined,
  { site, limit, json = false, ...at }: TimelineOptions,
  now: () => number = Date.now,
): Promise<void> {
  if (id === undefined)
    throw new Stop("say whose, by a user's id, an address or the id of a message, like `cusp timeline u-42`", 2);
  const key = sitePath(site).slice("/sites/".length);
  const path = `/people/${encodeURIComponent(id)}/timeline?site=${key}&limit=${wholeNumber("--limit", limit) ?? shown}`;
  const answer = (await edgeCall(at).json("GET", path)) as Partial<Timeline>;
  if (json) {
    console.log(plainJson({ ok: true, ...answer }));
    return;
  }
  const { person, identity, stage, zone_fallbacks: fallbacks, running = [], lines = [] } = answer;
  console.log(paint("bold", `${plain(person)}  ${plain(identity)}, ${plain(stage)}`));
  if (fallbacks) console.log(plain(`their time zone does not exist: quiet hours went by the site's clock ${fallbacks}×`));
  for (const { journey, step, held_by } of running)
    console.log(plain(`under way: ${journey}, next ${step}${held_by ? `, held by ${held_by}` : ""}`));
  for (const line of lines.toReversed()) console.log(told(line, now()));
  if (!lines.length) console.log("nothing was decided for this person yet");
  if (answer.next !== undefined && lines.length < most) console.log(`There is more: --limit ${Math.min(most, lines.length * 2)}`);
}

const colours: Record<string, "green" | "yellow"> = {
  sent: "green",
  not_sent: "yellow",
  held: "yellow",
  expired: "yellow",
  exited: "yellow",
};

function told({ at, what, gate, trigger, journey, text }: TimelineLine, nowMs: number): string {
  const when = `${ago(nowMs - Number(at))} ago`.padStart(10);
  const verdict = plain(what).replace(/_/g, " ") + (gate ? ` (${plain(gate)})` : "");
  const of = plain(trigger ?? journey ?? "");
  return `${when}  ${paint(colours[what] ?? "dim", verdict)}${of && `  ${of}`}  ${plain(text)}`;
}
