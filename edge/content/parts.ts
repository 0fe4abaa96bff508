import type { Content } from "./content.ts";

/** A text of a message, under the name by which people speak of it. */
interface Part {
  name: string;
  text: string;
}

const there = (all: readonly [name: string, text: string | undefined][]): Part[] =>
  all.flatMap(([name, text]) => (text === undefined ? [] : { name, text }));

/** What an item of a list is called, or says: of what it shows, the words that somebody else chose. */
const wordsOf = (item: unknown): string[] => {
  const { name, text, author } = (item ?? {}) as Record<string, unknown>;
  return [name, text, author].filter((word) => typeof word === "string" && word !== "") as string[];
};

/** What a message says: by its channel, beside that, and in lists of what others wrote. */
export const partsOf = ({ subject, preheader, push, sms, chat, onsite, team, blocks, action }: Content) => ({
  form: there([
    ["the subject", subject],
    ["the preheader", preheader],
    ["the title", push?.title ?? onsite?.title],
    ["the text", push?.body ?? onsite?.body ?? sms?.text ?? chat?.text ?? team?.text],
  ]),
  beside: there([
    ...blocks.map(({ id, text }): [string, string | undefined] => [`the block ${id}`, text]),
    ["the label of the action", action?.label as string | undefined],
    ["the answer", action?.answer as string | undefined],
  ]),
  listed: blocks.flatMap(({ id, items = [] }) => items.flatMap(wordsOf).map((text) => ({ name: `the list ${id}`, text }))),
});
