import { Hono } from "hono";
import * as z from "zod";
import { type Env, objectName } from "../env.ts";
import { Refusal } from "../problem.ts";
import type { DeliveryLine } from "../site/answers.ts";
import { name } from "../site/schema/words.ts";
import type { Access } from "./access.ts";
import { askedFor, askedIn, count } from "./asked.ts";
import { refusal } from "./refusal.ts";

const states = ["delivered", "suppressed", "failed", "unknown", "gone", "again", "expired", "held", "stopped"] as const;
const which = {
  state: z.enum(states).optional(),
  person: z.string().max(500).optional(),
  message: z.string().max(100).optional(),
  from: count.optional(),
  to: count.optional(),
};
const cursor = z
  .string()
  .regex(/^\d{1,16}\.[\w-]{1,100}$/, "the cursor is what `next` said")
  .transform((written) => ({ atMs: Number.parseInt(written, 10), id: written.slice(written.indexOf(".") + 1) }));
export const query = z.strictObject({
  ...which,
  destination: name.optional(),
  before: cursor.optional(),
  limit: count.pipe(z.number().min(1).max(500)).default(50),
});
export const range = z
  .strictObject({ ...which, destination: name })
  .refine(({ from, state }) => from !== undefined || state !== undefined, "say which, by `from` or `state`");

/** What was delivered and what was not, and what an operator may do about it. */
export function deliveries({ site: siteFor }: Access) {
  const app = new Hono<{ Bindings: Env }>();
  const endpoint = (env: Env, key: string, destination: string) =>
    env.ENDPOINT.getByName(objectName(key, "endpoint", destination));

  /** Of the newest file, or the one that is said: it may have left the file since. */
  async function names(env: Env, key: string, said: string | undefined): Promise<string[]> {
    if (said !== undefined) return [said];
    const found = await env.SITE.getByName(objectName(key, "site", key)).read(0);
    if (!found?.file) throw new Refusal(404, "no site file was pushed under that key");
    return Object.keys((JSON.parse(found.file) as { destinations: object }).destinations);
  }

  /** Where a message went. */
  async function found(env: Env, key: string, said: string | undefined, id: string) {
    const asked = (await names(env, key, said)).map(async (destination) => {
      const one = await endpoint(env, key, destination).delivery(id);
      return one && { destination, ...one };
    });
    const one = (await Promise.all(asked)).find((all) => all !== null);
    if (!one) throw new Refusal(404, "no destination of this site has a message of that id in its log");
    return one;
  }

  app.get("/destinations", async (c) => {
    const { key } = await siteFor(c, "read");
    const all = (await names(c.env, key, undefined)).map(async (destination) => ({
      destination,
      ...(await endpoint(c.env, key, destination).state()),
    }));
    return c.json({ destinations: await Promise.all(all) });
  });

  app.get("/deliveries", async (c) => {
    const { destination: said, from: fromMs, to: toMs, limit, ...asked } = askedIn(c.req.query(), query);
    const { key } = await siteFor(c, "read");
    const pages = (await names(c.env, key, said)).map(async (destination) => {
      const page = await endpoint(c.env, key, destination).deliveries({ ...asked, fromMs, toMs, limit: limit + 1 });
      return page.map((line): DeliveryLine => ({ destination, ...line }));
    });
    const all = (await Promise.all(pages)).flat().sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
    const shown = all.slice(0, limit);
    const last = shown.at(-1);
    return c.json({ deliveries: shown, ...(all.length > limit && last && { next: `${last.at}.${last.id}` }) });
  });

  app.get("/deliveries/:id", async (c) => {
    const { key } = await siteFor(c, "read");
    return c.json(await found(c.env, key, c.req.query("destination"), c.req.param("id")));
  });

  app.post("/deliveries/replay", async (c) => {
    const { site, who, key } = await siteFor(c, "write");
    const { destination, from: fromMs, to: toMs, ...asked } = await askedFor(c.req.raw, range);
    const replaying = await endpoint(c.env, key, destination).replayAll({ ...asked, fromMs, toMs });
    await site.noteDelivery({ who, what: "replayed", detail: `${replaying} messages to ${destination}` });
    return c.json({ replaying }, 202);
  });

  app.post("/deliveries/:id/replay", async (c) => {
    const { site, who, key } = await siteFor(c, "write");
    const { id, destination } = await found(c.env, key, c.req.query("destination"), c.req.param("id"));
    await site.noteDelivery({ who, what: "replayed", detail: `${id} to ${destination}` });
    const replayed = await endpoint(c.env, key, destination).replay(id);
    if (!replayed.ok) throw new Refusal(409, `the message is not sent again: ${replayed.why}`);
    const { attempt, state, status, text } = replayed.entry;
    return c.json({ id, destination, attempt, state, status, text });
  });

  app.post("/destinations/:name/test", async (c) => {
    const { site, who, key } = await siteFor(c, "write");
    const destination = c.req.param("name");
    if (!(await names(c.env, key, undefined)).includes(destination))
      throw new Refusal(404, "the site file has no such destination");
    await site.noteDelivery({ who, what: "test_sent", detail: `to ${destination}` });
    const outcome = await endpoint(c.env, key, destination).testSend();
    if (outcome.state === "not_sent") throw new Refusal(409, `no test was sent: ${outcome.why}`);
    return c.json({ destination, state: outcome.state, ...outcome.answered });
  });

  app.post("/destinations/:name/release", async (c) => {
    const { site, who, key } = await siteFor(c, "write");
    const destination = c.req.param("name");
    const { released, more } = await endpoint(c.env, key, destination).release();
    await site.noteDelivery({ who, what: "released", detail: `${released} messages to ${destination}` });
    return c.json({ destination, released, more });
  });

  for (const word of ["enable", "disable"] as const)
    app.post(`/destinations/:name/${word}`, async (c) => {
      const { site, who, key } = await siteFor(c, "write");
      const destination = c.req.param("name");
      const object = endpoint(c.env, key, destination);
      const done = await site.switch({ destinations: { [destination]: word === "enable" } }, who);
      if (!done.ok) return refusal(done);
      await (word === "enable" ? object.enable() : object.disable("somebody disabled it"));
      await site.noteDelivery({ who, what: `endpoint_${word}d`, detail: destination });
      return c.json({ destination, ...(await object.state()) });
    });

  return app;
}
