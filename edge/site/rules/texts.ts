import type { Path } from "../positions.ts";
import type { Message } from "../schema/messages.ts";
import type { SiteFile } from "../schema/site-file.ts";
import type { Channel } from "../schema/words.ts";

/** One text of a message as it is written, and what it stands on. */
export interface Text {
  path: Path;
  text: string;
  channel?: Channel;
  /** The block it is of has an end that is told. */
  hasDeadline: boolean;
  /** It is said only on fresh data and on a condition. */
  fromData: boolean;
}

export function* textsOf(name: string, message: Message): Generator<Text> {
  const { subject, preheader, push, sms, chat, onsite, team, blocks, action } = message;
  const forms: [Channel | undefined, Path, string | undefined][] = [
    ["email", ["subject"], subject],
    ["email", ["preheader"], preheader],
    ["push", ["push", "title"], push?.title],
    ["push", ["push", "body"], push?.body],
    ["sms", ["sms", "text"], sms?.text],
    ["chat", ["chat", "text"], chat?.text],
    ["onsite", ["onsite", "title"], onsite?.title],
    ["onsite", ["onsite", "body"], onsite?.body],
    ["team", ["team", "text"], team?.text],
    [undefined, ["action", "label"], action?.label],
    [undefined, ["action", "else", "label"], action?.else?.label],
  ];
  const anyDeadline = blocks.some(({ deadline }) => deadline);
  for (const [channel, path, text] of forms)
    if (text !== undefined)
      yield { path: ["messages", name, ...path], text, ...(channel && { channel }), hasDeadline: anyDeadline, fromData: false };
  for (const [i, { text, deadline, variants = [] }] of blocks.entries()) {
    const at = ["messages", name, "blocks", i];
    const hasDeadline = deadline !== undefined;
    if (text !== undefined) yield { path: [...at, "text"], text, hasDeadline, fromData: false };
    for (const [k, one] of variants.entries())
      yield { path: [...at, "variants", k, "text"], text: one.text, hasDeadline, fromData: !!one.data_max_age && !!one.when };
  }
}

/** What `action.answer` shows. */
export const answersOf = ({ answers }: SiteFile): Pick<Text, "path" | "text">[] =>
  Object.entries(answers).map(([name, text]) => ({ path: ["answers", name], text }));

/** What the site's own staff read promises nothing. */
export const customerTextsOf = (name: string, message: Message): Text[] =>
  [...textsOf(name, message)].filter(({ channel }) => channel !== "team");

const holes = /\{\{.*?\}\}|\{%.*?%\}/gs;

/** A template's outputs and tags, blotted out so that what is left keeps its place. */
export const literal = (text: string): string => text.replace(holes, (hole) => " ".repeat(hole.length));

/** What is left of a template without its outputs and tags. */
export const written = (text: string): string => text.replace(holes, "");
