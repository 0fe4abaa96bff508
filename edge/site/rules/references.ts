import type { Found, Site } from "./rule.ts";
import { absent, insteadOf } from "./words.ts";

/** Names that lead nowhere. */
export function* references({ file, look }: Site): Generator<Found> {
  for (const [name, { message, journey, enter = {} }] of Object.entries(look.triggers)) {
    const at = ["triggers", name];
    if (message && !Object.hasOwn(file.messages, message))
      yield { path: [...at, "message"], message: absent("message", message, Object.keys(file.messages)) };
    const started = journey && Object.hasOwn(file.journeys, journey) ? file.journeys[journey] : undefined;
    if (journey && !started) yield { path: [...at, "journey"], message: absent("journey", journey, Object.keys(file.journeys)) };
    const ids = started?.steps.map(({ id }) => id);
    for (const [band, step] of Object.entries(enter))
      if (ids && step && !ids.includes(step))
        yield {
          path: [...at, "enter", band],
          message: `the journey \`${journey}\` has no step \`${step}\`${insteadOf(step, ids)}`,
        };
  }
  for (const [name, { steps }] of Object.entries(look.journeys))
    for (const [i, { message }] of steps.entries())
      if (!Object.hasOwn(file.messages, message))
        yield {
          path: ["journeys", name, "steps", i, "message"],
          message: absent("message", message, Object.keys(file.messages)),
        };
  for (const [name, { offer }] of Object.entries(look.messages))
    if (offer && !Object.hasOwn(file.offers, offer))
      yield { path: ["messages", name, "offer"], message: absent("offer", offer, Object.keys(file.offers)) };
}
