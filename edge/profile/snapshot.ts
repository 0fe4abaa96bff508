import type { TimelineLine } from "../site/answers.ts";
import { dropOldestSession, type Profile } from "./state.ts";

/** A visitor who became known, as their object hands itself over: whole, and once. */
export interface Snapshot<Row> {
  profile: Profile;
  /** What waits in the outbox and what is on its first attempt, each with the id it keeps. */
  rows: Row[];
  /** Why they heard something or nothing until then. */
  lines?: TimelineLine[];
}

/** A row may be 2 MB, and more than a snapshot stands in it. */
const maxBytes = 1_800_000;

const bytesOf = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length;

/** The snapshot as it fits a row: without the oldest lines, then sessions, then messages; and it says so. */
export function bounded<Row>({ profile: whole, rows: all, lines: told = [] }: Snapshot<Row>, nowMs: number): Snapshot<Row> {
  const profile = { ...whole, sessions: { ...whole.sessions } };
  let [lines, rows] = [told, all];
  const isTooMuch = () => bytesOf({ profile, rows, lines }) > maxBytes;
  while (lines.length && isTooMuch()) lines = lines.slice(Math.ceil(lines.length / 4));
  while (Object.keys(profile.sessions).length && isTooMuch()) dropOldestSession(profile);
  while (rows.length && isTooMuch()) rows = rows.slice(1);
  const left = Object.entries({
    "lines of what was told": told.length - lines.length,
    sessions: Object.keys(whole.sessions).length - Object.keys(profile.sessions).length,
    "messages that waited": all.length - rows.length,
  }).flatMap(([what, count]) => (count ? [`${count} ${what}`] : []));
  if (!left.length) return { profile: whole, rows: all, lines: told };
  const text = `too much to be brought along when this person signed in; the oldest were left behind: ${left.join(", ")}`;
  return { profile, rows, lines: [...lines, { at: nowMs, what: "merged", text }] };
}
