import * as z from "zod";
import { pointerTo } from "../../pointer.ts";
import { Refusal } from "../../problem.ts";
import { channel } from "../../site/schema/words.ts";
import { type Report, reported } from "../report.ts";
import { atMs, json, known } from "./fields.ts";
import { isProgram, markSweeps } from "./machine.ts";

const id = z.string().min(1).max(320);
const time = z.iso.datetime({ offset: true });
const text = z.string().max(2000);

/** A tool may say more than we read. */
const item = z.object({
  event_id: id,
  message_id: id.optional(),
  at: time.optional(),
  channel: channel.optional(),
  recipient: id.optional(),
  provider_id: id.optional(),
  link: z.object({ url: text.optional(), block: id.optional(), variant: id.optional() }).optional(),
  machine: z.boolean().optional(),
  user_agent: text.optional(),
  bounce: z.object({ class: z.enum(["hard", "soft"]), code: id.optional(), reason: text.optional() }).optional(),
  reason: text.optional(),
  topic: id.optional(),
  order: z.object({ id, value: z.number().optional(), currency: z.string().length(3).optional() }).optional(),
});

export const shape = z
  .object({
    type: z.enum(reported.map((what) => `message.${what}` as const)),
    timestamp: time,
    data: z.array(item).min(1).max(500),
  })
  .check(({ value, issues }) => {
    if (value.type !== "message.bounced") return;
    const at = value.data.findIndex(({ bounce }) => bounce === undefined);
    if (at >= 0)
      issues.push({ code: "custom", message: "a bounce is `hard` or `soft`", path: ["data", at, "bounce"], input: null });
  });

/** The shape of docs/webhook.md, whole and valid, or a refusal that names the first field at fault. */
export function genericReports(body: string, nowMs: number): Report[] {
  const parsed = shape.safeParse(json(body));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Refusal(422, plainly(issue?.message), { pointer: pointerTo(issue?.path ?? []) });
  }
  const { type, timestamp, data } = parsed.data;
  const what = type.slice("message.".length) as Report["what"];
  return markSweeps(data.map((said) => reportOf(what, said, atMs(said.at ?? timestamp, nowMs))));
}

const reportOf = (what: Report["what"], said: z.infer<typeof item>, at: number): Report =>
  known<Report>({
    eventId: said.event_id,
    what,
    atMs: at,
    messageId: said.message_id,
    providerId: said.provider_id,
    recipient: said.recipient,
    channel: said.channel,
    machine: (what === "opened" || what === "clicked") && (said.machine || isProgram(said.user_agent)) ? true : undefined,
    bounce: what === "bounced" ? said.bounce && known<NonNullable<Report["bounce"]>>(said.bounce as never) : undefined,
    reason: said.reason,
    topic: said.topic,
    link: said.link && known<NonNullable<Report["link"]>>(said.link as never),
    order: said.order && known<NonNullable<Report["order"]>>(said.order as never),
  });

const plainly = (message = "is not valid"): string =>
  message.replace(/^Invalid input: e/, "e").replace(/^Invalid /, "not a valid ");
