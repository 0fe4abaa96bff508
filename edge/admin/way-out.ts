import { pointerTo } from "../pointer.ts";
import type { Mistake } from "../site/check.ts";
import type { SiteFile } from "../site/schema/site-file.ts";

/** Advertising by e-mail must say how to get no more of it, and only an edge that knows its own address can. */
export function withoutWayOut({ destinations, messages }: SiteFile, edgeUrl = ""): Mistake[] {
  const isAdvertising = Object.values(messages).some(({ purpose, subject }) => purpose === "marketing" && subject !== undefined);
  if (URL.canParse(edgeUrl) || !isAdvertising) return [];
  const byMail = Object.entries(destinations).filter(([, { channels }]) => channels.includes("email"));
  return byMail.slice(0, 1).map(([name]) => ({
    ...{ line: 1, column: 1, pointer: pointerTo(["destinations", name]) },
    message:
      "EDGE_URL is not set at this edge, so advertisements by e-mail carry no link to unsubscribe, and vendors that send what they are given get none: set it to the address that the edge is reached at",
  }));
}
