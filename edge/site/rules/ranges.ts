import type { SiteFile } from "../schema/site-file.ts";
import type { Range } from "./never.ts";

const atLeast0: Range = { least: 0, most: Number.POSITIVE_INFINITY };
const share: Range = { least: 0, most: 1 };
const ranges: Record<string, Range> = {
  "page.depth": share,
  "session.depth": share,
  "context.hour": { least: 0, most: 23 },
  "context.device": { words: ["phone", "tablet", "desktop"] },
};

/** What a fact can be anywhere on this site. Words that no fact can be are refused with the condition itself. */
export function rangeOf(fact: string, { pages }: SiteFile): Range | undefined {
  if (fact === "page.type") return { words: [...Object.keys(pages), "other"] };
  return ranges[fact] ?? (/^(page|session|cart|checkout|visitor|messages|chat)\./.test(fact) ? atLeast0 : undefined);
}
