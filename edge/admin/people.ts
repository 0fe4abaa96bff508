import { Hono } from "hono";
import * as z from "zod";
import { addressNames } from "../address-names.ts";
import { type Env, objectName } from "../env.ts";
import type { TimelinePage } from "../objects/person/asked.ts";
import { objectOfMessage } from "../objects/person/names.ts";
import { Refusal } from "../problem.ts";
import { emailAddress, phoneNumber } from "../profile/address.ts";
import type { Timeline } from "../site/answers.ts";
import type { Access } from "./access.ts";
import { askedIn, count } from "./asked.ts";

export const query = z.strictObject({
  site: z.string().optional(),
  before: count.optional(),
  limit: count.pipe(z.number().min(1).max(500)).default(100),
});

/** One person, by a user's id, an address that was written to, or the id of a message. */
export function people({ site: siteFor }: Access, secret: string) {
  const app = new Hono<{ Bindings: Env }>();
  const addressName = addressNames(secret);

  async function ofAddress(env: Env, site: string, written: string): Promise<readonly string[]> {
    const phone = written.startsWith("+") ? phoneNumber(written) : undefined;
    const address = phone ?? emailAddress(written);
    if (address === undefined) return [];
    return await env.ADDRESS.getByName(await addressName(site, phone === undefined ? "email" : "sms", address)).people();
  }

  async function ofItsMessage(env: Env, id: string, page: TimelinePage): Promise<Timeline | null> {
    const object = objectOfMessage(id);
    if (object === undefined) return null;
    try {
      return await env.PERSON.get(env.PERSON.idFromString(object)).timeline(page);
    } catch (error) {
      if (error instanceof TypeError) return null; // an id of nothing on this edge
      throw error;
    }
  }

  async function found(env: Env, site: string, id: string, page: TimelinePage): Promise<Timeline | null> {
    const ofMessage = await ofItsMessage(env, id, page);
    if (ofMessage) return ofMessage;
    const ofUser = await env.PERSON.getByName(objectName(site, "u", id)).timeline(page);
    if (ofUser) return ofUser;
    for (const name of await ofAddress(env, site, id)) {
      const one = await env.PERSON.getByName(name).timeline(page);
      if (one) return one;
    }
    return null;
  }

  app.get("/:id/timeline", async (c) => {
    const { site: said, ...page } = askedIn(c.req.query(), query);
    const { key } = await siteFor(c, "read", said);
    const one = await found(c.env, key, c.req.param("id"), page);
    // A message of another site: whoever asks learns no more than of one that never was.
    if (one?.site !== key) throw new Refusal(404, "nobody of that id is known at this site");
    return c.json(one, 200, { "cache-control": "no-store" });
  });

  return app;
}
