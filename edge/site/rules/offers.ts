import { duration } from "../schema/words.ts";
import type { Found, Site } from "./rule.ts";
import { span } from "./words.ts";

/** Once per person means one at a time. */
export function* offers({ file, look }: Site): Generator<Found> {
  for (const [name, { once_per, valid_for }] of Object.entries(file.offers)) {
    const again = duration.safeParse(once_per.split("/")[1]).data;
    if (again !== undefined && again < valid_for)
      yield {
        path: ["offers", name, "once_per"],
        message: `a person could hold two of these: again after ${span(again)}, and each is valid for ${span(valid_for)}; write at least ${span(valid_for)}`,
      };
  }
  for (const [name, { action, offer = "" }] of Object.entries(look.messages)) {
    const code = Object.hasOwn(file.offers, offer) ? file.offers[offer]?.code : undefined;
    if ((action?.copy || action?.else?.copy) && !code)
      yield {
        path: ["messages", name, "action"],
        message: "there is no code to copy: the message needs an `offer` that has a `code`",
      };
  }
}
