import type { vendors } from "../site/schema/messages.ts";

/**
 * Vendors that the edge speaks to, and of each whether it would send a message twice if it were told twice: known before what speaks
 * to it is loaded.
 */
const doublesAt: Partial<Record<(typeof vendors)[number], boolean>> = {
  klaviyo: false,
  customerio: false,
  braze: true,
  iterable: false,
  hubspot: false,
  segment: false,
  sendgrid: true,
  postmark: true,
  resend: false,
  mandrill: true,
  twilio: true,
  webpush: true,
  slack: true,
};

type Spoken = { vendor?: (typeof vendors)[number] | undefined; settings: Readonly<Record<string, string>> };

export const isSpoken = ({ vendor }: Spoken): boolean => vendor !== undefined && doublesAt[vendor] !== undefined;

export const mayDouble = ({ vendor, settings }: Spoken): boolean =>
  vendor !== undefined &&
  (doublesAt[vendor] === true || (vendor === "customerio" && settings.transactional_message_id !== undefined));
