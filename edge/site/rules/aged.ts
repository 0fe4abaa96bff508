import { namedIn } from "../../content/liquid.ts";
import { isFed } from "../../decide/fed.ts";
import type { Found, Site } from "./rule.ts";
import { textsOf } from "./texts.ts";

/** Names in a text, as far as it can be read: what cannot is told elsewhere. */
function fedIn(text: string): string | undefined {
  try {
    return namedIn(text).find(isFed);
  } catch {
    return undefined;
  }
}

/** What a feed told is as old as the feed: a text that names it says how old it may be. */
export function* agedData({ look, compile }: Site): Generator<Found> {
  for (const [name, message] of Object.entries(look.messages)) {
    for (const { path, text } of textsOf(name, message)) {
      const fact = path.includes("variants") ? undefined : fedIn(text);
      if (fact)
        yield {
          path,
          warning: true,
          within: Math.max(0, text.indexOf(fact)),
          message: `\`${fact}\` is as old as the feed that tells it, and this text says it however old; say it in a block's variant with a \`data_max_age\``,
        };
    }
    for (const [i, { variants = [] }] of message.blocks.entries())
      for (const [k, { when, text, data_max_age }] of variants.entries()) {
        const condition = when === undefined ? undefined : compile(when);
        const read = typeof condition === "function" ? [...condition.reads].find(isFed) : undefined;
        const fact = fedIn(text) ?? read;
        if (fact && data_max_age === undefined)
          yield {
            path: ["messages", name, "blocks", i, "variants", k],
            warning: true,
            message: `\`${fact}\` is as old as the feed that tells it; say how old it may be, like \`data_max_age: 15m\``,
          };
      }
  }
}
