import { redactAnswer } from "../../../contract/redact.ts";
import type { addressNames } from "../../address-names.ts";
import type { OptOut } from "../../feedback/opt-out.ts";
import type { Report } from "../../feedback/report.ts";
import { emailAddress, phoneNumber } from "../../profile/address.ts";
import type { Addressed } from "../../profile/reach.ts";

/** A report as it is kept: by the name of the address's object, never the address. */
export interface Kept extends Omit<Report, "recipient"> {
  recipientName?: string;
  /** What the address must know is known there. */
  isAtAddress?: true;
  /** The person has it. */
  isTold?: true;
}

const maxReasonChars = 200;

export async function keptAs(
  { recipient, ...report }: Report,
  site: string,
  nameOf: ReturnType<typeof addressNames>,
): Promise<Kept> {
  const [channel, address] = addressIn(recipient);
  const { reason, bounce, eventId } = report;
  const recipientName = channel && address && (await nameOf(site, channel, address));
  return {
    ...report,
    // Of an address alone tools have no id of the event but one that is made of it.
    ...(recipient && { eventId: eventId.replaceAll(recipient, recipientName ?? "~") }),
    ...said({ reason }),
    ...(bounce && { bounce: { class: bounce.class, ...said({ code: bounce.code, reason: bounce.reason }) } }),
    ...(recipientName && { recipientName }),
  };
}

/** Mail servers like to quote the address. */
const said = (texts: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text === undefined ? [] : [[name, redactAnswer(text, maxReasonChars)]])),
  );

function addressIn(written = ""): [Addressed, string] | [] {
  const email = emailAddress(written);
  if (email !== undefined) return ["email", email];
  const phone = phoneNumber(written);
  return phone === undefined ? [] : ["sms", phone];
}

/** Why an address is to be left alone, if so. */
export function outOf({ what, bounce }: Kept): OptOut["why"] | undefined {
  if (what === "bounced") return bounce?.class === "hard" ? "bounced" : undefined;
  return what === "complained" || what === "unsubscribed" ? what : undefined;
}
