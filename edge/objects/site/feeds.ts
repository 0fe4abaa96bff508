import type { Clock } from "../../clock.ts";
import type { FeedKind, FeedLine, FeedText, FeedVersions } from "../../site/feeds/kinds.ts";
import { maxSiteBytes } from "../../site/feeds/limits.ts";
import type { Audit } from "./audit.ts";
import type { Refused } from "./files.ts";

/** A feed as it was checked. `rows` is JSON. */
export type FeedPush = {
  rows: string;
  count: number;
  /** When it was true; else now. */
  atMs: number | undefined;
};

export type FeedPut = { ok: true; feed: FeedLine | null } | Refused;

type Kept = Omit<FeedLine, "age_s">;

/** A value of the Site object's storage holds 2 MB, and a character is at most three bytes. */
const chunkChars = 500_000;
/** Of another machine's clock. */
const clockMs = 5 * 60_000;

/** None begins or ends within a character that takes two places. */
function* chunksOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const end = from + chunkChars;
    const to = /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end;
    yield text.slice(from, to);
    from = to;
  }
}

/** The feeds of a site, each as it was pushed last: in chunks that fit a row, with a line on what it is. */
export function siteFeeds(storage: DurableObjectStorage, clock: Clock, audit: Audit) {
  const { sql, kv } = storage;
  sql.exec(
    "CREATE TABLE IF NOT EXISTS feeds (kind TEXT PRIMARY KEY, rows INTEGER, bytes INTEGER, at INTEGER, pushed_at INTEGER, who TEXT)",
  );
  sql.exec("CREATE TABLE IF NOT EXISTS feed_chunks (kind TEXT, n INTEGER, text TEXT, PRIMARY KEY (kind, n))");

  const list = (): Kept[] => sql.exec<Kept>("SELECT * FROM feeds ORDER BY kind").toArray();
  const one = (kind: FeedKind): Kept | undefined => list().find((line) => line.kind === kind);
  const refused = (detail: string, pointer: string): FeedPut => ({ ok: false, status: 422, detail, pointer });
  const aged = (line: Kept): FeedLine => ({ ...line, age_s: Math.max(0, Math.round((clock.now() - line.at) / 1000)) });

  function replace(kind: FeedKind, line: Kept | undefined, rows: string): void {
    sql.exec("DELETE FROM feeds WHERE kind = ?", kind);
    sql.exec("DELETE FROM feed_chunks WHERE kind = ?", kind);
    if (line) {
      const { rows: count, bytes, at, pushed_at, who } = line;
      sql.exec("INSERT INTO feeds VALUES (?, ?, ?, ?, ?, ?)", kind, count, bytes, at, pushed_at, who);
    }
    for (const [n, chunk] of [...chunksOf(rows)].entries()) sql.exec("INSERT INTO feed_chunks VALUES (?, ?, ?)", kind, n, chunk);
    const versions = kv.get<FeedVersions>("feeds");
    kv.put("feeds", { ...versions, [kind]: (versions?.[kind] ?? 0) + 1 } satisfies FeedVersions);
  }

  return {
    list: (): FeedLine[] => list().map(aged),
    text(kind: FeedKind): FeedText | undefined {
      const line = one(kind);
      if (!line) return undefined;
      const chunks = sql.exec<{ text: string }>("SELECT text FROM feed_chunks WHERE kind = ? ORDER BY n", kind).toArray();
      return { atMs: line.at, rows: chunks.map(({ text }) => text).join("") };
    },
    put(kind: FeedKind, feed: FeedPush | null, who: string): FeedPut {
      const now = clock.now();
      const before = one(kind);
      if (!feed && !before) return { ok: false, status: 404, detail: `the site has no feed \`${kind}\`` };
      const { rows = "", count = 0, atMs = now } = feed ?? {};
      if (atMs > now + clockMs) return refused("the feed cannot be of a time to come: say when it was true", "/at");
      const bytes = new TextEncoder().encode(rows).length;
      const others = list().reduce((sum, line) => sum + (line.kind === kind ? 0 : line.bytes), 0);
      if (bytes + others > maxSiteBytes) return refused(tooMuch(others), "/rows");
      const line = feed ? { kind, rows: count, bytes, at: Math.min(atMs, now), pushed_at: now, who } : undefined;
      storage.transactionSync(() => {
        replace(kind, line, rows);
        // What comes every few minutes by the same hand would push all else out of the log.
        const what = feed ? "feed_pushed" : "feed_removed";
        if (!feed || before?.who !== who)
          audit.add(now, { who, what, version: null, detail: feed ? `${kind}: ${count} rows` : kind });
      });
      return { ok: true, feed: line ? aged(line) : null };
    },
  };
}

const tooMuch = (others: number): string =>
  `the feeds of a site may take ${maxSiteBytes / 1e6} MB together, and the others take ${(others / 1e6).toFixed(1)}: leave rows out`;
