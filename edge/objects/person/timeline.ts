import type { Line } from "../../journey/run.ts";
import type { TimelineLine } from "../../site/answers.ts";

const mostLines = 500;
const keptMs = 90 * 86_400_000;
/** A silence is told once in as long as a session may pause. */
const sessionGapMs = 30 * 60_000;
const recentRows = 8;
const pruneEvery = 16;
const linesPerRow = 25;
/** A line is named by the number of its row and its place in it. */
const placesPerRow = 1000;

const reasons: readonly string[] = ["seen", "not_entered", "waiting", "held"] satisfies Line["what"][];

/** What is kept of a line. */
export function lineOf(
  { atMs, what, text, trigger, journey, step, channel, gate, choices, experiment, block, seq }: Line,
  messageId: (seq: number) => string,
) {
  const message_id = seq === undefined ? undefined : messageId(seq);
  const all = { trigger, journey, step, channel, gate, choices, experiment, block, message_id };
  const named = Object.entries(all).filter(([, value]) => value !== undefined);
  return { at: atMs, what, text, ...Object.fromEntries(named) } satisfies TimelineLine;
}

const saysAgain = (a: TimelineLine, b: TimelineLine): boolean =>
  a.what === b.what &&
  a.trigger === b.trigger &&
  a.gate === b.gate &&
  a.text === b.text &&
  a.at - b.at < sessionGapMs &&
  reasons.includes(a.what);

interface Stored {
  row: number;
  lines: TimelineLine[];
}

/**
 * Why a person heard something or nothing: beside the person's row, in rows of their own with ids below zero, so that a decision
 * costs one row more, written in the same statement, and whoever decides reads none of them.
 */
export function personTimeline(sql: SqlStorage, hasRows: () => boolean) {
  let told: TimelineLine[] = [];
  let newest: number | undefined;
  let recent: TimelineLine[] | undefined;

  const read = (most = -1): Stored[] =>
    newestRow() === 0
      ? []
      : sql
          .exec<{ id: number; json: string }>("SELECT id, json FROM profile WHERE id < 0 ORDER BY id LIMIT ?", most)
          .toArray()
          .map(({ id, json }) => ({ row: -id, lines: JSON.parse(json) as TimelineLine[] }))
          .reverse();

  function newestRow(): number {
    newest ??= hasRows() ? -(sql.exec<{ id: number | null }>("SELECT min(id) AS id FROM profile WHERE id < 0").one().id ?? 0) : 0;
    return newest;
  }

  return {
    /** To be written with what is written next. */
    note(lines: readonly TimelineLine[]): void {
      if (!lines.length) return;
      recent ??= read(recentRows).flatMap((one) => one.lines);
      for (const line of lines) {
        if (recent.some((one) => saysAgain(line, one))) continue;
        told.push(line);
        recent.push(line);
      }
      recent = recent.slice(-recentRows * linesPerRow);
    },
    /** What was noted, as a row. */
    taken(): [id: number, json: string][] {
      if (!told.length) return [];
      newest = newestRow() + 1;
      const lines = told.slice(0, placesPerRow);
      told = [];
      return [[-newest, JSON.stringify(lines)]];
    },
    /** Deletes what is too old or too much; most of the time it need not look. */
    prune(): void {
      if (!newest || newest % pruneEvery !== 0) return;
      const newerThan =
        "SELECT id, sum(json_array_length(json)) OVER (ORDER BY id) - json_array_length(json) AS newer FROM profile WHERE id < 0";
      sql.exec(`DELETE FROM profile WHERE id IN (SELECT id FROM (${newerThan}) WHERE newer >= ?)`, mostLines);
      const atMs = recent?.at(-1)?.at ?? 0;
      sql.exec("DELETE FROM profile WHERE id < 0 AND json_extract(json, '$[#-1].at') < ?", atMs - keptMs);
    },
    /** The newest first, from before a line that was given as `next`. */
    page({ before = Infinity, limit }: { before?: number | undefined; limit: number }, nowMs: number) {
      const all = read()
        .flatMap(({ row, lines }) => lines.map((line, i) => ({ n: row * placesPerRow + i, line })))
        .slice(-mostLines)
        .filter(({ n, line }) => n < before && nowMs - line.at < keptMs)
        .reverse();
      const shown = all.slice(0, limit);
      const next = all.length > limit ? shown.at(-1)?.n : undefined;
      return { lines: shown.map(({ line }) => line), ...(next !== undefined && { next }) };
    },
    /** Everything, the oldest first: what goes along when a visitor becomes a user. */
    all: (): TimelineLine[] => read().flatMap(({ lines }) => lines),
    /** Puts these in the place of all that is kept, in the order of their instants. */
    replace(lines: readonly TimelineLine[]): void {
      const kept = lines.toSorted((a, b) => a.at - b.at).slice(-mostLines);
      if (newestRow() > 0) sql.exec("DELETE FROM profile WHERE id < 0");
      for (let from = 0; from < kept.length; from += linesPerRow) {
        newest = newestRow() + 1;
        const json = JSON.stringify(kept.slice(from, from + linesPerRow));
        sql.exec("INSERT INTO profile VALUES (?, ?)", -newest, json);
      }
      recent = undefined;
    },
    /** Forgets what storage was rolled back from. */
    reset(): void {
      told = [];
      newest = recent = undefined;
    },
  };
}

export type PersonTimeline = ReturnType<typeof personTimeline>;
