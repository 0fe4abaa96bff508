import { inPage } from "../schema/words.ts";
import type { Found, Site } from "./rule.ts";
import { insteadOf } from "./words.ts";

/** What the page itself shows needs its text; a tool that takes the page's messages may have answers of its own. */
export function* answers({ file, look }: Site): Generator<Found> {
  const all = Object.keys(file.answers);
  const isOurs = inPage.some((channel) => !Object.values(file.destinations).some(({ channels }) => channels.includes(channel)));
  for (const [message, { onsite, chat, action }] of Object.entries(look.messages))
    for (const [key, answer] of Object.entries({ answer: action?.answer, "else.answer": action?.else?.answer }))
      if (isOurs && (onsite || chat) && answer !== undefined && !all.includes(answer))
        yield {
          path: ["messages", message, "action", ...key.split(".")],
          message: `there is no answer \`${answer}\` under \`answers\`, so the page shows no button for it${insteadOf(answer, all)}`,
          warning: true,
        };
}
