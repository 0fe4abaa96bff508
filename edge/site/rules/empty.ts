import type { Message } from "../schema/messages.ts";
import type { Found, Site } from "./rule.ts";
import { textsOf } from "./texts.ts";

type Block = Message["blocks"][number];

const hasNoLastWord = ({ variants }: Block): boolean => variants?.every(({ when }) => when !== undefined) ?? false;

/** A message that may turn out empty, because every variant of a block has its condition. */
export function* emptyBlocks({ look }: Site): Generator<Found> {
  for (const [name, message] of Object.entries(look.messages)) {
    const { blocks, subject } = message;
    const isBare = subject !== undefined && blocks.every((block) => block.list !== undefined || hasNoLastWord(block));
    for (const [i, block] of blocks.entries()) {
      if (!hasNoLastWord(block)) continue;
      const needs = new RegExp(String.raw`\{\{-?\s*blocks\.${block.id}\s*(?!\|\s*default\b)[|}-]`);
      const needing = [...textsOf(name, message)].find(({ channel, text }) => channel && needs.test(text));
      const lost = needing ? `nothing goes by \`${needing.channel}\`` : "the e-mail is a subject with nothing under it";
      if (needing || isBare)
        yield {
          path: ["messages", name, "blocks", i],
          message: `where none of these conditions holds ${lost}: give the block a last variant without \`when\``,
          warning: true,
        };
    }
  }
}
