import type { Found, Site } from "./rule.ts";
import { answersOf, customerTextsOf, literal } from "./texts.ts";

/** Fewer words say nothing of how a text reads. */
const leastWords = 12;

/** Flesch's reading ease of an English text: about 60 is plain English, 30 a paper. Syllables are counted by their vowels. */
export function readingEase(text: string): number | undefined {
  const words = text.match(/[\p{L}'’]+/gu) ?? [];
  if (words.length < leastWords) return undefined;
  const sentences = text.match(/[.!?]+(?=\s|$)/g)?.length || 1;
  const syllables = words.reduce(
    (sum, word) => sum + Math.max(1, word.replace(/e$/i, "").match(/[aeiouyà-ÿ]+/gi)?.length ?? 0),
    0,
  );
  return Math.round(206.835 - (1.015 * words.length) / sentences - (84.6 * syllables) / words.length);
}

/** A text as easy to read as the brand wants its texts to be. */
export function* easyToRead({ file, look }: Site): Generator<Found> {
  const least = file.voice?.reading_ease;
  if (least === undefined) return;
  const ofMessages = Object.entries(look.messages).flatMap(([name, message]) => customerTextsOf(name, message));
  for (const { path, text } of [...answersOf(file), ...ofMessages]) {
    const ease = readingEase(literal(text));
    if (ease !== undefined && ease < least)
      yield {
        path,
        message: `this reads harder than the brand wants (${ease}, at least ${least} by \`voice.reading_ease\`); shorter sentences and words help`,
        warning: true,
      };
  }
}
