import { breaksOf, tooLong, unsaid } from "../../content/voice.ts";
import type { Voice } from "../schema/messages.ts";
import { channelsOf } from "./forms.ts";
import type { Found, Site } from "./rule.ts";
import { answersOf, customerTextsOf, literal, type Text, written } from "./texts.ts";

/** What is broken by the words themselves. */
function* broken(texts: readonly Pick<Text, "path" | "text">[], brand: Voice): Generator<Found> {
  for (const { path, text } of texts)
    for (const { rule, at, why } of breaksOf(literal(text), brand))
      yield { path, within: at, message: `this ${why} (\`voice.${rule}\`)` };
}

/** Every text speaks as the brand does. */
export function* voice({ file, look }: Site): Generator<Found> {
  const { voice: brand } = file;
  if (!brand) return;
  yield* broken(answersOf(file), brand);
  for (const [name, message] of Object.entries(look.messages)) {
    const texts = customerTextsOf(name, message);
    yield* broken(texts, brand);
    for (const by of channelsOf(message)) {
      const own = texts.filter(({ channel }) => channel === by);
      // Of what a template fills in only the message itself knows the length.
      const chars = own.reduce((sum, { text }) => sum + written(text).length, 0);
      const most = tooLong(by, chars, brand);
      if (own[0] && most !== undefined)
        yield {
          path: own[0].path,
          message: `by \`${by}\` the brand writes at most ${most} characters, and this has ${chars} (\`voice.max_chars\`)`,
        };
      const heard = texts.flatMap(({ channel = by, text }) => (channel === by ? literal(text) : []));
      const word = unsaid(by, heard, brand);
      if (word !== undefined && by !== "team")
        yield {
          path: ["messages", name],
          onKey: true,
          message: `what goes by \`${by}\` must say “${word}” (\`voice.required\`)`,
        };
    }
  }
}
