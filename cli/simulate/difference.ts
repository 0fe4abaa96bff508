import type { MomentKind } from "../../contract/moments.ts";
import type { Story } from "./rehearse.ts";
import { type Counts, reachedBy } from "./tally.ts";

/** People that a change would win or lose: by trigger, and over all triggers together. */
export interface Difference {
  added: number;
  lost: number;
  triggers: Counts<{ added: number; lost: number }>;
}

/** One person for whom a change matters. */
export interface Example {
  person: string;
  change: "added" | "lost";
  trigger: string;
  text: string;
}

/** How many are shown. */
export const maxExamples = 3;

export const noDifference = (): Difference => ({ added: 0, lost: 0, triggers: {} });

/** Counts, in place, what changes for one person from the file `before` to the file `after`; gives an example of it, if any. */
export function compare(
  into: Difference,
  person: string,
  before: Story,
  after: Story,
  kindsOf: (trigger: string) => readonly MomentKind[],
): Example | undefined {
  const [had, has] = [reachedBy(before.lines), reachedBy(after.lines)];
  if (has.size && !had.size) into.added++;
  if (had.size && !has.size) into.lost++;
  for (const trigger of new Set([...had, ...has])) {
    if (had.has(trigger) === has.has(trigger)) continue;
    into.triggers[trigger] ??= { added: 0, lost: 0 };
    const of = into.triggers[trigger];
    of[has.has(trigger) ? "added" : "lost"]++;
  }
  const [won] = [...has].filter((trigger) => !had.has(trigger));
  const [lost] = [...had].filter((trigger) => !has.has(trigger));
  if (won !== undefined) return { person, change: "added", trigger: won, text: why(won, after, before, "before", kindsOf(won)) };
  if (lost !== undefined) return { person, change: "lost", trigger: lost, text: why(lost, before, after, "now", kindsOf(lost)) };
  return undefined;
}

function why(trigger: string, gets: Story, misses: Story, when: string, kinds: readonly MomentKind[]): string {
  const sent = gets.lines.find((line) => line.what === "sent" && line.trigger === trigger);
  const gives = sent ? `${sent.text} ${timeOf(sent.atMs)}` : "";
  return `${gives}; ${when} not: ${reasonOf(trigger, misses, kinds, sent?.session)}`;
}

/** Why this trigger sent nothing: its own word for it, or that no moment was strong enough. */
function reasonOf(trigger: string, { lines, scores }: Story, kinds: readonly MomentKind[], session = ""): string {
  const own = lines.filter((line) => line.trigger === trigger);
  const stopped = own.findLast(({ what }) => ["not_sent", "expired", "not_entered"].includes(what));
  if (stopped) return stopped.text;
  if (own.some(({ what }) => what === "entered")) return "the journey ended before anything was due";
  const [best] = [...(scores.get(session) ?? [])].filter(([kind]) => kinds.includes(kind)).sort((a, b) => b[1] - a[1]);
  return best ? `the strongest moment was ${best[0].replace(/_/g, " ")}, ${best[1]}` : "no such moment opened";
}

const timeOf = (atMs: number): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", weekday: "short", hour: "2-digit", minute: "2-digit" })
    .format(atMs)
    .replace(",", "");
