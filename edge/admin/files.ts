import { Hono } from "hono";
import * as z from "zod";
import type { Env } from "../env.ts";
import type { Pushed } from "../objects/site/files.ts";
import { problem, Refusal } from "../problem.ts";
import { isLongEnough, minSecretBytes } from "../secrets.ts";
import type { Mistake } from "../site/check.ts";
import { identitySecretName } from "../site/secret-name.ts";
import type { Access } from "./access.ts";
import { askedFor, askedIn, count, note } from "./asked.ts";
import { refusal } from "./refusal.ts";
import { sentFile } from "./sent-file.ts";
import { withoutWayOut } from "./way-out.ts";

export const pushQuery = z.strictObject({ base: count.optional(), note, dry_run: z.literal("true").optional() });
export const rollbackBody = z.strictObject({
  to: z.int().min(1),
  base: z.int().min(0).optional(),
  note,
  dry_run: z.boolean().default(false),
});

/** The site file and its versions. */
export function files({ site: siteFor }: Access) {
  const app = new Hono<{ Bindings: Env }>();

  app.put("/file", async (c) => {
    const { base, note, dry_run } = askedIn(c.req.query(), pushQuery);
    const dryRun = dry_run !== undefined;
    const { key, site, who } = await siteFor(c, dryRun ? "read" : "write");
    const { checkSiteFile, maxSourceBytes } = await import("../objects/site/site-check.ts");
    const { source, layouts } = await sentFile(c.req.raw, maxSourceBytes);
    const pushed = await site.push(key, source, { who, note, base, dryRun, layouts });
    const checked = URL.canParse(c.env.EDGE_URL ?? "") ? undefined : checkSiteFile(source, layouts ?? {});
    const more = checked?.ok ? withoutWayOut(checked.file) : [];
    return answered(pushed, dryRun, [...shortSecret(c.env, key), ...more]);
  });

  app.get("/file", async (c) => {
    const { site } = await siteFor(c, "read");
    return yaml(await site.version(), "no site file was pushed under that key");
  });

  app.get("/versions", async (c) => {
    const { before } = askedIn(c.req.query(), z.strictObject({ before: count.default(Number.MAX_SAFE_INTEGER) }));
    const { site } = await siteFor(c, "read");
    return c.json(await site.versions(before));
  });

  app.get("/versions/:version{[0-9]{1,9}}", async (c) => {
    const { site } = await siteFor(c, "read");
    return yaml(await site.version(Number(c.req.param("version"))), "there is no such version, or no longer");
  });

  app.post("/rollback", async (c) => {
    const { key, site, who } = await siteFor(c, "read");
    const { to, base, note, dry_run: dryRun } = await askedFor(c.req.raw, rollbackBody);
    if (!dryRun) await siteFor(c, "write");
    return answered(await site.rollback(key, to, { who, note, base, dryRun }), dryRun);
  });

  return app;
}

function answered(pushed: Pushed, dryRun: boolean, more: readonly Mistake[] = []): Response {
  if (!pushed.ok) return refusal(pushed);
  const { version, base, changes } = pushed;
  const warnings = [...pushed.warnings, ...more];
  return Response.json({ version, base, changes, warnings, ...(dryRun && { dry_run: true }) });
}

/** No page can be told that its tokens hold for nobody: whoever pushes is. */
function shortSecret(env: Env, site: string): Mistake[] {
  const name = identitySecretName(site);
  const all = ((env as unknown as Record<string, string | undefined>)[name] ?? "").split(/\s+/);
  if (all.every((secret) => !secret || isLongEnough(secret))) return [];
  const message = `the edge's secret ${name} is shorter than ${minSecretBytes} bytes: no token that it signs holds; put a longer one`;
  return [{ line: 1, column: 1, pointer: "/site", message }];
}

function yaml(found: { version: number; source: string } | null, absent: string): Response {
  if (!found) return problem(new Refusal(404, absent));
  return new Response(found.source, {
    headers: { "content-type": "application/yaml", "cusp-version": String(found.version) },
  });
}
