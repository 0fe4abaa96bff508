import type { Content } from "./content.ts";

/** A text of a message, under the name by which people speak of it. */
interface Part {
  name: string;
  text: string;
}

const there = (all: readonly [name: string, text: string | undefined][]): Part[] =>
  all.flatMap(([name, text]) => (text === undefined ? [] : { name, text }));

/** What a message says: by its channel, and beside that. */
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
  ]),
});
