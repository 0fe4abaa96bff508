import type { Adapter } from "./adapter.ts";
import { braze } from "./braze.ts";
import { customerio } from "./customerio.ts";
import { customerioTransactional } from "./customerio-transactional.ts";
import { hubspot } from "./hubspot.ts";
import { iterable } from "./iterable.ts";
import { klaviyo } from "./klaviyo.ts";
import { mandrill } from "./mandrill.ts";
import { postmark } from "./postmark.ts";
import { resend } from "./resend.ts";
import { segment } from "./segment.ts";
import { sendgrid } from "./sendgrid.ts";
import { slack } from "./slack.ts";
import { twilio } from "./twilio.ts";
import { webpush } from "./webpush.ts";

/** By `vendor` of a destination in the site file. */
export const adapters: Readonly<Record<string, Adapter>> = {
  klaviyo,
  customerio,
  braze,
  iterable,
  hubspot,
  segment,
  sendgrid,
  postmark,
  resend,
  mandrill,
  twilio,
  webpush,
  slack,
};

/** What speaks for a destination: one vendor has two APIs, which differ in all that an adapter says of itself. */
export const adapterOf = (vendor: string, settings: Readonly<Record<string, string>>): Adapter | undefined =>
  vendor === "customerio" && settings.transactional_message_id ? customerioTransactional : adapters[vendor];
