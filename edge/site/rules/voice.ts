import type { Path } from "../positions.ts";
import type { Channel } from "../schema/words.ts";
import { channelsOf } from "./forms.ts";
import type { Found, Site } from "./rule.ts";
import { customerTextsOf, literal } from "./texts.ts";

const letter = String.raw`[\p{L}\p{N}]`;
const asWord = (words: string): RegExp =>
  new RegExp(`(?<!${letter})${words.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?!${letter})`, "iu");

/** Every text speaks as the brand does. */
export function* voice({ file, look }: Site): Generator<Found> {
  const { voice: brand } = file;
  if (!brand) return;
  const banned = brand.banned.map((word) => [word, asWord(word)] as const);
  for (const [name, message] of Object.entries(look.messages)) {
    const said: string[] = [];
    const lengths = new Map<Channel, { length: number; path: Path }>();
    for (const { path, text, channel } of customerTextsOf(name, message)) {
      const words = literal(text);
      said.push(words);
      const say = (at: { index: number } | undefined | null, message: string): Found[] =>
        at ? [{ path, within: at.index, message }] : [];
      for (const [word, pattern] of banned) yield* say(pattern.exec(words), `the brand never says “${word}” (\`voice.banned\`)`);
      const { exclamation_marks: marks, capitals } = brand;
      if (marks !== undefined)
        yield* say(
          [...words.matchAll(/!/g)][marks],
          `at most ${marks || "no"} exclamation mark${marks === 1 ? "" : "s"} in a text (\`voice.exclamation_marks\`)`,
        );
      if (capitals !== undefined)
        yield* say(
          [...words.matchAll(/(?<![\p{L}\p{N}])\p{Lu}{2,}(?![\p{L}\p{N}])/gu)][capitals],
          `at most ${capitals || "no"} word${capitals === 1 ? "" : "s"} in capitals in a text (\`voice.capitals\`)`,
        );
      if (channel)
        lengths.set(channel, {
          length: (lengths.get(channel)?.length ?? 0) + text.length,
          path: lengths.get(channel)?.path ?? path,
        });
    }
    for (const [channel, { length, path }] of lengths) {
      const most = brand.max_chars[channel];
      if (most !== undefined && length > most)
        yield {
          path,
          message: `by \`${channel}\` the brand writes at most ${most} characters, and this has ${length} (\`voice.max_chars\`)`,
        };
    }
    for (const { word, channels } of brand.required) {
      const missing = channelsOf(message).find((channel) => channels.includes(channel));
      if (missing && !said.some((text) => asWord(word).test(text)))
        yield {
          path: ["messages", name],
          onKey: true,
          message: `what goes by \`${missing}\` must say “${word}” (\`voice.required\`)`,
        };
    }
  }
}
