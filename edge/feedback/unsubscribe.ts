import type { Env } from "../env.ts";
import { readText } from "../ingest/body.ts";
import { objectOfMessage } from "../objects/person/names.ts";
import type { Sites } from "../site/cache.ts";
import { optOut } from "./opt-out.ts";
import { askingPage, donePage, unknownPage } from "./unsubscribe-page.ts";
import { type Unsubscribing, unsubscribeTokens } from "./unsubscribe-token.ts";

const maxBodyBytes = 4096;

interface Parts {
  env: Env;
  sites: Sites;
  now: () => number;
}

/** `/u/:token`: a look changes nothing; a POST acts, by the page's own form or by a mail program's one click (RFC 8058). */
export function unsubscribe({ env, sites, now }: Parts) {
  const tokens = unsubscribeTokens(env.EDGE_SECRET ?? "");

  async function shopOf({ address }: Unsubscribing): Promise<string> {
    const site = address.slice(0, address.indexOf("/"));
    const config = await sites.near(site).catch(() => undefined);
    const [origin] = config?.file.origins ?? [];
    return origin ? new URL(origin).hostname : "this shop";
  }

  async function stop({ address, messageId }: Unsubscribing, topic: string | undefined): Promise<void> {
    const atMs = now();
    await optOut(env, { address, why: "unsubscribed", atMs, topic });
    const object = objectOfMessage(messageId);
    const report = { id: `unsubscribe ${messageId} ${topic ?? ""}`, messageId, what: "unsubscribed" as const, atMs };
    // The address knows, and that is what counts; a journey that goes on would only be stopped there again.
    if (object)
      await env.PERSON.get(env.PERSON.idFromString(object))
        .reported(report)
        .catch(() => undefined);
  }

  return async (request: Request, token: string): Promise<Response> => {
    const wanted = tokens.read(token);
    if (!wanted) return await unknownPage();
    const shop = await shopOf(wanted);
    if (request.method !== "POST") return await askingPage(shop, wanted.topic);
    const said = new URLSearchParams(await readText(request, maxBodyBytes));
    const topic = said.get("stop") === "all" ? undefined : wanted.topic;
    await stop(wanted, topic);
    return await donePage(shop, topic);
  };
}
