import { valueAt } from "../../edge/content/blocks.ts";
import type { Content, ContentParts } from "../../edge/content/content.ts";
import { Missing, rendered } from "../../edge/content/liquid.ts";
import { scopeOf } from "../../edge/content/scope.ts";

/** What became of one block of a message, in words. */
export interface BlockNote {
  block: string;
  /** Absent: the block is left out. */
  said?: string;
  /** Why it was left out, or why other variants were not said. */
  why: string[];
}

/** Which variants were chosen, and what fell away and why. */
export function blockNotes(parts: ContentParts, { blocks: said, offer }: Content): BlockNote[] {
  const scope = scopeOf(parts, offer);
  const lack = (text: string): string | undefined => {
    try {
      rendered(text, () => scope);
      return undefined;
    } catch (error) {
      if (error instanceof Missing) return inWords(error.message);
      throw error;
    }
  };
  return parts.message.blocks.map(({ id: block, text, list, deadline, variants = [] }) => {
    const one = said.find(({ id }) => id === block);
    const why = variants
      .filter(({ id }) => id !== one?.variant)
      .map(({ id, when, text: words }) => {
        if (when !== undefined && !parts.holds(when)) return `${id}: ${when} does not hold`;
        const lacks = lack(words);
        return `${id}: ${lacks ?? (one ? "another came first" : "its data is too old, or not there")}`;
      });
    if (one) {
      const share =
        one.probability !== undefined && one.probability < 1 ? ` (for ${Math.round(100 * one.probability)} % of people)` : "";
      return { block, said: one.variant === undefined ? shortly(one) : `variant ${one.variant}${share}`, why };
    }
    if (deadline !== undefined && typeof valueAt(scope, deadline) !== "string")
      return { block, why: [`there is no ${deadline} for it to end at`] };
    if (list !== undefined) return { block, why: [`there is nothing in ${list}`] };
    return { block, why: text === undefined ? why : [lack(text) ?? "it lacks its data"] };
  });
}

/** What a text lacks, for somebody who writes no programs. */
export const inWords = (missing: string): string =>
  missing.replace(/, line:.*$/s, "").replace(/^undefined variable: /, "nothing is known of ");

const shortly = ({ items, text = "" }: Content["blocks"][number]): string =>
  items ? `${items.length} ${items.length === 1 ? "item" : "items"}` : text.length > 60 ? `${text.slice(0, 59)}…` : text;
