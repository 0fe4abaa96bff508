import type { FeedbackFrom } from "../site/schema/messages.ts";
import { customerio } from "./customerio.ts";
import { generic } from "./generic.ts";
import { klaviyo } from "./klaviyo.ts";
import { mailgun } from "./mailgun.ts";
import { mandrill } from "./mandrill.ts";
import { postmark } from "./postmark.ts";
import type { Reader } from "./report.ts";
import { resend } from "./resend.ts";
import { sendgrid } from "./sendgrid.ts";
import { twilio } from "./twilio.ts";

/** By `feedback.from` of the site file. */
export const readers: Record<FeedbackFrom, Reader> = {
  generic,
  sendgrid,
  postmark,
  mailgun,
  mandrill,
  resend,
  customerio,
  klaviyo,
  twilio,
};
