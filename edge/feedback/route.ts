import type { Env } from "../env.ts";
import { objectName } from "../env.ts";
import { readText } from "../ingest/body.ts";
import type { Taken } from "../objects/endpoint/reports.ts";
import { Refusal } from "../problem.ts";
import type { Sites } from "../site/cache.ts";
import { readers } from "./readers.ts";

/** Klaviyo sends up to 5 MB; a batch that is refused is lost once the tool gives up. */
const maxBytes = 5_242_880;
const perCall = 500;

interface Parts {
  env: Env;
  sites: Sites;
  now: () => number;
  isIssued: (key: string) => Promise<boolean>;
}

/** `POST /v1/feedback/:site/:destination`: what a tool says of the messages it was given. Signed before it is read. */
export function takeFeedback({ env, sites, now, isIssued }: Parts) {
  return async (request: Request, site: string, name: string): Promise<Taken> => {
    const { from, secret, topics } = await configured(site, name);
    const { pathname, search } = new URL(request.url);
    const url = URL.canParse(env.EDGE_URL ?? "") ? new URL(env.EDGE_URL as string).origin + pathname + search : request.url;
    const body = await readText(request, maxBytes);
    const reports = await readers[from]({ headers: request.headers, url, body, nowMs: now() }, secret);
    if (!reports)
      throw new Refusal(401, "the signature is missing or wrong: compare the destination's feedback secret with the tool's");
    const endpoint = env.ENDPOINT.getByName(objectName(site, "endpoint", name));
    // What the site has no such topic of is taken for all of them: rather too few messages than one too many.
    const all = reports.map(({ topic, ...rest }) => ({ ...rest, ...(topic !== undefined && topics.has(topic) && { topic }) }));
    const sum: Taken = { taken: 0, repeated: 0, unmatched: [] };
    for (let from = 0; from < all.length; from += perCall) {
      const some = await endpoint.take(all.slice(from, from + perCall));
      if (!some) throw new Refusal(503, "too many reports wait for their people; send this one again", { retryAfterS: 60 });
      sum.taken += some.taken;
      sum.repeated += some.repeated;
      sum.unmatched.push(...some.unmatched);
    }
    return sum;
  };

  /** Nobody learns which part of it is missing. */
  async function configured(site: string, name: string) {
    const config = (await isIssued(site)) ? await sites.near(site) : undefined;
    const destinations = config?.file.destinations;
    const feedback = destinations && Object.hasOwn(destinations, name) ? destinations[name]?.feedback : undefined;
    const secret = feedback && (env as unknown as Record<string, unknown>)[feedback.secret];
    if (!config || !feedback || typeof secret !== "string" || !secret) throw new Refusal(404, "no feedback is expected here");
    const topics = new Set(Object.values(config.file.messages).flatMap(({ topic }) => topic ?? []));
    return { from: feedback.from, secret, topics };
  }
}
