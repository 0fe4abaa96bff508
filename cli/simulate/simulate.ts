import type { SiteFile } from "../../edge/site/schema/site-file.ts";
import { readSiteFile } from "../check.ts";
import { plainJson } from "../plain.ts";
import { Stop } from "../stop.ts";
import { wholeNumber } from "../whole-number.ts";
import type { Chunk, Counted, Files } from "./chunk.ts";
import { rehearseAll } from "./crew.ts";
import { openProgress } from "./progress.ts";
import { readRecorded } from "./recorded.ts";
import { differenceText, weekText } from "./report.ts";
import { messagesWithin, type Tally } from "./tally.ts";
import { peopleFor } from "./week/sample-week.ts";

export interface SimulateOptions {
  /** How many visits the sample week has. */
  sessions?: string | undefined;
  /** A file of recorded batches, instead of the sample week. */
  batches?: string | undefined;
  seed?: string | undefined;
  json?: boolean | undefined;
}

const usualSessions = 100_000;
const mostSessions = 10_000_000;
const usualSeed = 1;
const peoplePerChunk = 250;

/** Takes a week of visits through a site file, or through the one that is and the one that it may become. */
export async function simulate(path: string | undefined, other: string | undefined, options: SimulateOptions): Promise<void> {
  const { json = false, batches } = options;
  const first = readSiteFile(path, "simulate").file;
  const files: Files = other === undefined ? [first] : [first, readSiteFile(other, "simulate").file];
  const sessions = wholeNumber("--sessions", options.sessions) ?? usualSessions;
  const seed = wholeNumber("--seed", options.seed) ?? usualSeed;
  if (sessions < 1 || sessions > mostSessions)
    throw new Stop(`--sessions takes a number from 1 to ${mostSessions}, like --sessions 5000`, 2);
  const chunks = batches === undefined ? sampleChunks(sessions, seed) : recordedChunks(await readRecorded(batches));
  const progress = openProgress(json, "rehearsing");
  const counted = await rehearseAll({ files, seed }, chunks, progress.show).finally(progress.end);
  const about = batches === undefined ? { seed } : { batches };
  console.log(json ? plainJson({ ok: true, ...about, ...asJson(files, counted) }) : asText(files, counted, batches));
}

/** A quick look at whom a file would reach. */
export async function reach(file: SiteFile, sessions = 20_000): Promise<{ people: number; sessions: number }> {
  const { reached } = await quickTally(file, sessions);
  return { people: reached, sessions };
}

export async function quickTally(file: SiteFile, sessions: number): Promise<Tally> {
  const progress = openProgress(false, "rehearsing");
  const order = { files: [file], seed: usualSeed } as const;
  const { tallies } = await rehearseAll(order, sampleChunks(sessions, usualSeed), progress.show).finally(progress.end);
  return tallies[0] as Tally;
}

function sampleChunks(sessions: number, seed: number): Chunk[] {
  const { people, visitsOfLast } = peopleFor(sessions, seed);
  return Array.from({ length: Math.ceil(people / peoplePerChunk) }, (_, i): Chunk => {
    const to = Math.min(people, (i + 1) * peoplePerChunk);
    return { from: i * peoplePerChunk + 1, to, ...(to === people && { visitsOfLast }) };
  });
}

const recordedChunks = (people: Awaited<ReturnType<typeof readRecorded>>): Chunk[] =>
  Array.from({ length: Math.ceil(people.length / peoplePerChunk) }, (_, i) => ({
    recorded: people.slice(i * peoplePerChunk, (i + 1) * peoplePerChunk),
  }));

function asText(files: Files, counted: Counted, batches: string | undefined): string {
  const [before, after] = counted.tallies as [Tally, Tally?];
  const week = batches === undefined ? "The sample week" : batches;
  const { bands } = files.at(-1) as SiteFile;
  const text = `${week}: ${weekText(after ?? before, bands)}`;
  return after ? `${text}\n\n${differenceText(counted)}` : text;
}

function asJson(files: Files, { tallies, difference, examples }: Counted) {
  const [before, after] = tallies.map((tally, i) => summary(tally, files[i] as SiteFile));
  return after ? { before, after, difference, examples } : before;
}

function summary(tally: Tally, { bands }: SiteFile) {
  const share = (count: number): number => (tally.sessions ? Math.round((1e6 * count) / tally.sessions) / 1e6 : 0);
  const withShare = <T extends object>(of: T, count: number): T & { share: number } => ({ ...of, share: share(count) });
  return {
    ...tally,
    bands,
    share_now: share(tally.now),
    share_later: share(tally.later),
    triggers: Object.fromEntries(Object.entries(tally.triggers).map(([name, of]) => [name, withShare(of, of.sessions)])),
    messages_max: messagesWithin(tally, 1),
    messages_p95: messagesWithin(tally, 0.95),
  };
}
