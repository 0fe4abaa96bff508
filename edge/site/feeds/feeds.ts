import type { Feeds } from "../../decide/fed.ts";
import { type FeedRows, feedsOf } from "../../decide/feeds.ts";
import { type FeedKind, type FeedText, type FeedVersions, feedKinds } from "./kinds.ts";

/** The feeds of one site in this isolate. */
export interface HeldFeeds {
  versions: FeedVersions;
  /** JSON of all that is held. */
  chars: Partial<Record<FeedKind, number>>;
  rows: FeedRows;
  feeds: Feeds;
}

/**
 * What is held, after reading those feeds alone whose content is another. One that cannot be read stays as it was, with its age, and
 * is asked for again.
 */
export async function feedsNow(
  had: HeldFeeds | undefined,
  versions: FeedVersions,
  read: (kind: FeedKind) => Promise<FeedText | null>,
): Promise<HeldFeeds | undefined> {
  const changed = feedKinds.filter((kind) => versions[kind] !== had?.versions[kind]);
  if (!changed.length) return had;
  const next = { versions: { ...had?.versions }, chars: { ...had?.chars }, rows: { ...had?.rows } };
  await Promise.all(
    changed.map(async (kind) => {
      try {
        const found = await read(kind);
        next.versions = { ...next.versions, [kind]: versions[kind] };
        next.chars[kind] = found?.rows.length ?? 0;
        next.rows = { ...next.rows, [kind]: found ? { atMs: found.atMs, rows: JSON.parse(found.rows) } : undefined };
      } catch {
        // The site goes on without it: what needs it is not said.
      }
    }),
  );
  return { ...next, feeds: feedsOf(next.rows) };
}

export const heldChars = ({ chars }: HeldFeeds): number => Object.values(chars).reduce((sum, one) => sum + one, 0);
