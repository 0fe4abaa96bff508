import { Hono } from "hono";
import * as z from "zod";
import type { Env } from "../env.ts";
import { parseJson, readText } from "../ingest/body.ts";
import { pointerTo } from "../pointer.ts";
import { problem, Refusal } from "../problem.ts";
import { checkRows } from "../site/feeds/check-rows.ts";
import { type FeedKind, feedKinds } from "../site/feeds/kinds.ts";
import { maxFeedBytes } from "../site/feeds/limits.ts";
import type { SiteFile } from "../site/schema/site-file.ts";
import type { Access, AdminContext } from "./access.ts";
import { fitting, instant } from "./asked.ts";
import { refusal } from "./refusal.ts";

export const body = z.strictObject({ at: instant.exactOptional(), rows: z.array(z.unknown()) });

function kindOf(c: AdminContext): FeedKind {
  const kind = feedKinds.find((one) => one === c.req.param("kind"));
  if (!kind) throw new Refusal(404, `there is no such kind of feed: ${feedKinds.join(", ")} are`);
  return kind;
}

/** Data with an age, beside the site file. */
export function feeds({ site: siteFor }: Access) {
  const app = new Hono<{ Bindings: Env }>();

  app.get("/feeds", async (c) => {
    const { site } = await siteFor(c, "read");
    return c.json({ feeds: await site.feeds() });
  });

  app.get("/feeds/:kind", async (c) => {
    const { site } = await siteFor(c, "read");
    const kind = kindOf(c);
    const line = (await site.feeds()).find((one) => one.kind === kind);
    if (!line) throw new Refusal(404, `the site has no feed \`${kind}\``);
    return c.json(line);
  });

  app.put("/feeds/:kind", async (c) => {
    const { site, who } = await siteFor(c, "write");
    const kind = kindOf(c);
    const found = await site.read(0);
    if (!found?.file)
      throw new Refusal(404, "no site file was pushed under that key: push one first, it says where your pages are");
    const { origins } = JSON.parse(found.file) as SiteFile;
    const { at, rows } = fitting(body, parseJson(await readText(c.req.raw, maxFeedBytes)));
    const checked = checkRows(kind, rows, origins);
    if (!checked.ok) {
      const mistakes = checked.mistakes.map(({ row, field, message }) => ({
        pointer: pointerTo(["rows", row, ...(field === undefined ? [] : [field])]),
        message,
      }));
      const detail = `the feed has mistakes${checked.more ? `, and ${checked.more} more than are told here` : ""}; nothing of it was taken`;
      return problem(new Refusal(422, detail, { pointer: mistakes[0]?.pointer ?? "/rows" }), { mistakes });
    }
    const done = await site.putFeed(kind, { rows: JSON.stringify(checked.rows), count: rows.length, atMs: at }, who);
    return done.ok ? c.json(done.feed) : refusal(done);
  });

  app.delete("/feeds/:kind", async (c) => {
    const { site, who } = await siteFor(c, "write");
    const done = await site.putFeed(kindOf(c), null, who);
    return done.ok ? c.body(null, 204) : refusal(done);
  });

  return app;
}
