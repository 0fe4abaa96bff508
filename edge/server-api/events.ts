import * as z from "zod";
import { orderHash } from "../../contract/order.ts";
import { limits } from "../../contract/wire.ts";
import { askedFor, instant } from "../admin/asked.ts";
import { type Env, objectName } from "../env.ts";
import { userId } from "../ingest/told.ts";
import type { ServerEvent } from "../profile/events.ts";
import { countable } from "../profile/history.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { maxBytes } from "./profiles.ts";

const event = z
  .strictObject({
    id: z.string().min(1).max(128),
    user: userId,
    kind: z.enum(countable).exactOptional(),
    name: z
      .string()
      .regex(/^[a-z][\w-]{0,39}$/i, "must be 1–40 letters, digits, _ or -, and start with a letter")
      .exactOptional(),
    at: instant,
    order: z.string().min(1).max(128).exactOptional(),
    value: z.number().min(0).max(1e9).exactOptional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, "must be three capitals, like EUR")
      .exactOptional(),
    properties: z
      .record(z.string().max(40), z.union([z.string().max(limits.valueChars), z.number(), z.boolean()]))
      .exactOptional(),
  })
  .refine(
    ({ kind, name }) => (kind === undefined) !== (name === undefined),
    "has either a `kind` that the library knows or a `name` of your own",
  );

const body = z.strictObject({ events: z.array(event).min(1).max(100) });

/** `POST /v1/events`: what users did where no page saw it. Each id counts once in 30 days; those of one user are taken together. */
export function postEvents({ PERSON }: Pick<Env, "PERSON">) {
  return async (request: Request, { file: { site } }: SiteConfig): Promise<{ taken: number; repeated: number }> => {
    const { events } = await askedFor(request, body, maxBytes);
    const byUser = new Map<string, ServerEvent[]>();
    for (const { id, user, kind, name, at, order } of events) {
      const one: ServerEvent = {
        id,
        what: kind ?? `server:${name}`,
        atMs: at,
        ...(order !== undefined && { order: orderHash(site, order) }),
      };
      byUser.set(user, [...(byUser.get(user) ?? []), one]);
    }
    const all = await Promise.all([...byUser].map(([user, some]) => PERSON.getByName(objectName(site, "u", user)).events(some)));
    const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((total, one) => total + of(one), 0);
    return { taken: sum(({ taken }) => taken), repeated: sum(({ repeated }) => repeated) };
  };
}
