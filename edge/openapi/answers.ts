import * as z from "zod";

// What the public endpoints answer, as docs/wire.md, docs/server-api.md and docs/feedback.md say it in words.

const range = z.tuple([z.int(), z.int()]);

export const answers = {
  Problem: z.looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    pointer: z.string().optional(),
  }),
  Accepted: z.looseObject({
    ack: z.looseObject({ mark: z.int(), ranges: z.array(range) }),
    onsite: z.array(z.looseObject({ id: z.string(), channel: z.enum(["onsite", "chat"]), expires_at: z.iso.datetime() })),
    settings: z.string(),
    pass: z.string(),
  }),
  Settings: z.looseObject({ v: z.literal(1), site: z.string() }),
  Known: z.looseObject({
    user: z.string(),
    traits: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    reach: z.record(z.string(), z.looseObject({ address: z.boolean(), opt_in: z.enum(["granted", "denied", "unknown"]) })),
  }),
  EventsTaken: z.looseObject({ taken: z.int(), repeated: z.int() }),
  ReportsTaken: z.looseObject({ taken: z.int(), repeated: z.int(), unmatched: z.array(z.string()) }),
  Health: z.looseObject({ ok: z.boolean(), version: z.string() }),
} satisfies Record<string, z.ZodType>;

export type AnswerName = keyof typeof answers;
