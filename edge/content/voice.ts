import type { Voice } from "../site/schema/messages.ts";
import type { Channel } from "../site/schema/words.ts";
import type { Content } from "./content.ts";
import { partsOf } from "./parts.ts";

// What the brand would not say: asked of texts as they are written, at a push, and as they are filled in, before they leave.

/** `why` goes on from what it is about: "the subject" and `why`. */
export interface Break {
  rule: keyof Voice;
  /** Where in the text. */
  at: number;
  why: string;
}

const letter = String.raw`[\p{L}\p{N}]`;
const inCapitals = new RegExp(`(?<!${letter})\\p{Lu}{2,}(?!${letter})`, "gu");

/** Kept for as long as its site file: every text is asked for the same words. */
const patterns = new WeakMap<readonly string[], RegExp>();

function anyOf(words: readonly string[]): RegExp {
  const had = patterns.get(words);
  if (had) return had;
  const literal = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const made = new RegExp(`(?<!${letter})(?:${literal.join("|")})(?!${letter})`, "giu");
  patterns.set(words, made);
  return made;
}

type Manner = Pick<Voice, "banned" | "exclamation_marks" | "capitals">;

export function* breaksOf(text: string, { banned, exclamation_marks, capitals }: Manner): Generator<Break> {
  for (const found of banned.length ? text.matchAll(anyOf(banned)) : [])
    yield { rule: "banned", at: found.index, why: `says “${found[0]}”, which the brand never says` };
  const counted = [
    ["exclamation_marks", /[!！]/g, exclamation_marks, "exclamation mark", "exclamation marks"],
    ["capitals", inCapitals, capitals, "word in capitals", "words in capitals"],
  ] as const;
  for (const [rule, pattern, most, one, more] of counted) {
    const all = most === undefined ? [] : [...text.matchAll(pattern)];
    const extra = all[most ?? 0];
    const allowed = most || "none";
    if (extra)
      yield {
        rule,
        at: extra.index,
        why: `has ${all.length} ${all.length === 1 ? one : more}, the brand's voice allows ${allowed}`,
      };
  }
}

/** How long the texts of a channel may be, where these are longer. */
export function tooLong(channel: Channel, chars: number, { max_chars }: Voice): number | undefined {
  const most = max_chars[channel];
  return most !== undefined && chars > most ? most : undefined;
}

/** A word that must go by this channel, where none of these texts says it. */
export const unsaid = (channel: Channel, texts: readonly string[], { required }: Voice): string | undefined =>
  required.find(({ word, channels }) => channels.includes(channel) && !texts.some((text) => text.search(anyOf([word])) >= 0))
    ?.word;

/** The letters of our tags are nobody's words. */
const untagged = (text: string): string => text.replace(/cusp_m=[\w-]+/g, "cusp_m=");

/** Why the brand would not say what a message says to this person; nothing where it would. What the site's own staff read may say anything. */
export function offVoice(brand: Voice | undefined, channel: Channel, content: Content): string | undefined {
  if (!brand || channel === "team") return undefined;
  const { form, beside, listed } = partsOf(content);
  for (const { name, text } of [...form, ...beside])
    for (const { why } of breaksOf(untagged(text), brand)) return `${name} ${why}`;
  // How others write is theirs; what the brand never says it does not repeat.
  const { banned } = brand;
  for (const { name, text } of listed) for (const { why } of breaksOf(text, { banned })) return `${name} ${why}`;
  const chars = form.reduce((sum, { text }) => sum + text.length, 0);
  const most = tooLong(channel, chars, brand);
  const names = form.map(({ name }) => name).join(" and ");
  if (most !== undefined) return `${names} ${form[1] ? "have" : "has"} ${chars} characters, the brand's voice allows ${most}`;
  const own = [...form, ...beside].map(({ text }) => text);
  const word = unsaid(channel, own, brand);
  return word && `nothing in it says “${word}”, which the brand always says there`;
}

/** Counts differ where a code or the tag of a link is longer than what stood in for it. */
const uncounted = (why: string): string => why.replace(/\d+/g, "").replace(/ (word|mark)s /, " $1 ");

/**
 * Why somebody must look at a message first.
 * @param approved what a reviewer was shown of it and approved, if anybody did
 */
export function doubt(
  brand: Voice | undefined,
  channel: Channel,
  content: Content,
  approved: () => Content[],
): string | undefined {
  const why = offVoice(brand, channel, content);
  if (why === undefined) return undefined;
  const isKnown = approved().some((shown) => uncounted(offVoice(brand, channel, shown) ?? "") === uncounted(why));
  return isKnown ? undefined : why;
}

/** All that a message says, for whoever reviews it. */
export function saidIn(content: Content): string[] {
  const { form, beside, listed } = partsOf(content);
  return [...form, ...beside, ...listed].map(({ text }) => text);
}
