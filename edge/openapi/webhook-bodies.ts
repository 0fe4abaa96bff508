import * as z from "zod";
import { channel, purpose } from "../site/schema/words.ts";

// What receivers get, as docs/webhook.md says it in words. Members may be added: a receiver passes over what it does not know.

const instant = z.iso.datetime();
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const anyObject = z.looseObject({});

const evidence = z.looseObject({
  name: z.string(),
  value: scalar,
  unit: z.string().optional(),
  weight: z.number(),
  adds: z.number().min(0).max(1),
});

const moment = z.looseObject({
  id: z.string(),
  kind: z.string(),
  score: z.number().min(0).max(10),
  band: z.enum(["now", "later", "none"]),
  at: instant,
  page: z.string(),
  evidence: z.array(evidence),
});

const optIn = z.looseObject({
  status: z.enum(["granted", "denied", "unknown"]),
  at: instant.optional(),
  source: z.string().optional(),
});

const person = z.looseObject({
  id: z.string(),
  identity: z.enum(["verified", "anonymous", "claimed"]),
  email: z.string().optional(),
  phone: z.string().optional(),
  language: z.string().optional(),
  time_zone: z.string().optional(),
  time_zone_source: z.enum(["profile", "browser", "site"]).optional(),
  country: z.string().optional(),
  opt_in: z.partialRecord(channel, optIn).optional(),
  traits: z.record(z.string(), scalar).optional(),
});

const timing = z.looseObject({
  signal_at: instant,
  received_at: instant,
  decided_at: instant,
  due_at: instant,
  decision_ms: z.number().min(0),
});

const correlation = z.looseObject({ journey_run: z.string().optional(), session: z.string(), config_version: z.int() });

const about = { message_id: z.string(), site: z.string(), live: z.boolean() };

const content = z.looseObject({
  mode: z.enum(["event", "rendered"]),
  template: z.string(),
  subject: z.string().optional(),
  preheader: z.string().optional(),
  push: z.looseObject({ title: z.string(), body: z.string() }).optional(),
  sms: z.looseObject({ text: z.string() }).optional(),
  chat: anyObject.optional(),
  onsite: anyObject.optional(),
  team: z.looseObject({ text: z.string() }).optional(),
  blocks: z.array(
    z.looseObject({
      id: z.string(),
      text: z.string().optional(),
      items: z.array(z.unknown()).optional(),
      deadline: z.string().optional(),
      variant: z.string().optional(),
    }),
  ),
  html: z.string().nullable(),
  text: z.string().nullable(),
  action: anyObject.optional(),
  offer: z.looseObject({ id: z.string(), code: z.string().optional(), starts_at: instant, ends_at: instant }).optional(),
  unsubscribe_url: z.url().optional(),
  list_unsubscribe_post: z.literal("List-Unsubscribe=One-Click").optional(),
});

const messageSend = z.looseObject({
  ...about,
  person,
  send: z.looseObject({
    channel,
    purpose,
    topic: z.string().optional(),
    channels_left: z.array(channel),
    not_before: instant,
    expires_at: instant,
    if_late: z.literal("drop"),
  }),
  why: z.looseObject({
    text: z.string(),
    trigger: z.string(),
    journey: z.string(),
    step: z.string(),
    layer: z.string(),
    stage: z.string().optional(),
    class: z.string(),
    moment,
    gates_passed: z.array(z.string()),
  }),
  content,
  cart: z
    .looseObject({
      value: z.number().optional(),
      currency: z.string().optional(),
      url: z.string().optional(),
      items: z.array(z.looseObject({ id: z.string(), name: z.string().optional(), price: z.number().optional() })),
    })
    .optional(),
  experiment: z.array(z.looseObject({ id: z.string(), arm: z.string(), probability: z.number().min(0).max(1) })).optional(),
  correlation,
  timing,
  report_to: z.url().optional(),
});

const momentDetected = z.looseObject({ ...about, person, moment, correlation, timing });

const endpoint = z.looseObject({ site: z.string(), live: z.boolean(), destination: z.string(), text: z.string() });

const enveloped = <T extends string>(type: T, data: z.ZodType) =>
  z.looseObject({ type: z.literal(type), timestamp: instant, data });

/** By type: what it says, and its body. */
export const webhookBodies: Readonly<Record<string, { summary: string; body: z.ZodType }>> = {
  "message.send": {
    summary: "A step of a journey is due: say this to this person, on this channel, now.",
    body: enveloped("message.send", messageSend),
  },
  "moment.detected": {
    summary: "A moment opened, or rose to another band: for destinations with `moments`.",
    body: enveloped("moment.detected", momentDetected),
  },
  "endpoint.failing": {
    summary: "Another destination of the site has been failing for an hour, or a day.",
    body: enveloped("endpoint.failing", endpoint),
  },
  "endpoint.disabled": {
    summary: "Another destination of the site is disabled: what comes for it is held.",
    body: enveloped("endpoint.disabled", endpoint),
  },
  "webhook.test": {
    summary: "Sent by hand, about nobody: whether the address answers and takes the signature.",
    body: enveloped("webhook.test", z.looseObject({ ...about, text: z.string() })),
  },
};
