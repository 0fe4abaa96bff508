import { addressNamesNow } from "../address-names.ts";
import type { Env } from "../env.ts";
import { unsubscribeTokens } from "../feedback/unsubscribe-token.ts";

/** The addresses of this edge that a message carries. */
export interface Links {
  /** By which whoever reads the e-mail gets no more of them. */
  unsubscribe: (of: { site: string; email: string; messageId: string; topic?: string | undefined }) => string;
  /** Where its destination tells what became of it. */
  reportTo: (site: string, destination: string) => string;
}

/** Nothing, where the edge does not know how it is reached from outside. */
export function linksOf({ EDGE_URL = "", EDGE_SECRET = "" }: Pick<Env, "EDGE_URL" | "EDGE_SECRET">): Links | undefined {
  if (!URL.canParse(EDGE_URL)) return undefined;
  const { origin } = new URL(EDGE_URL);
  const nameOf = addressNamesNow(EDGE_SECRET);
  const tokens = unsubscribeTokens(EDGE_SECRET);
  return {
    unsubscribe: ({ site, email, messageId, topic }) =>
      `${origin}/u/${tokens.sign({ address: nameOf(site, "email", email), messageId, ...(topic !== undefined && { topic }) })}`,
    reportTo: (site, destination) => `${origin}/v1/feedback/${site}/${destination}`,
  };
}
