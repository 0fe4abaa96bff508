import type { SiteFile } from "../../edge/site/schema/site-file.ts";
import { compileSite } from "../../edge/site/site-config.ts";
import { compare, type Difference, type Example, maxExamples, noDifference } from "./difference.ts";
import { rehearse } from "./rehearse.ts";
import { countStory, emptyTally, type Tally } from "./tally.ts";
import { type Received, sampleWeek } from "./week/sample-week.ts";

/** One file, or one and what it is to become. */
export type Files = readonly [SiteFile] | readonly [SiteFile, SiteFile];

/** People of the sample week by number, or recorded ones. */
export type Chunk = { from: number; to: number; visitsOfLast?: number } | { recorded: Received[][] };

export interface Counted {
  tallies: Tally[];
  difference: Difference;
  examples: Example[];
}

/** A file that is not live yet is rehearsed as if it were, and one whose tools have no adapter yet as if they had. */
const rehearsed = (file: SiteFile): SiteFile => {
  const all = Object.entries(file.destinations).sort(([, a], [, b]) => Number(!a.url) - Number(!b.url));
  const destinations = Object.fromEntries(all.map(([name, to]) => [name, { ...to, url: to.url ?? "https://adapter.invalid" }]));
  return { ...file, live: true, destinations };
};

/** Opens a rehearsal of these files: what it returns goes through a chunk of people. */
export async function openRehearsal(files: Files, seed: number): Promise<(chunk: Chunk) => Counted> {
  const configs = await Promise.all(files.map((file, i) => compileSite(i + 1, rehearsed(file))));
  const batchesOf = sampleWeek(files[0], seed);

  function* peopleOf(chunk: Chunk): Generator<Received[]> {
    if ("recorded" in chunk) yield* chunk.recorded;
    else for (let i = chunk.from; i <= chunk.to; i++) yield batchesOf(i, i === chunk.to ? chunk.visitsOfLast : undefined);
  }

  const kindsOf = (trigger: string) => files.flatMap(({ triggers }) => triggers[trigger]?.on ?? []);

  return (chunk) => {
    const counted: Counted = { tallies: files.map(emptyTally), difference: noDifference(), examples: [] };
    for (const received of peopleOf(chunk)) {
      const person = received[0]?.batch.visitor ?? "";
      const stories = configs.map((config) => rehearse(config, received, person));
      for (const [i, story] of stories.entries()) countStory(counted.tallies[i] as Tally, files[i] as SiteFile, story);
      const [before, after] = stories;
      const example = before && after && compare(counted.difference, person, before, after, kindsOf);
      if (example && counted.examples.length < maxExamples) counted.examples.push(example);
    }
    return counted;
  };
}
