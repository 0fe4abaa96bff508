import { redactAnswer } from "../../../contract/redact.ts";
import type { addressNames } from "../../address-names.ts";
import type { OptOut } from "../../feedback/opt-out.ts";
import type { Report } from "../../feedback/report.ts";
import type { LogEntry } from "../../outbox/log-entry.ts";
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
  const { reason, bounce } = report;
  return {
    ...report,
    // Mail servers like to quote the address.
    ...(reason !== undefined && { reason: redactAnswer(reason, maxReasonChars) }),
    ...(bounce?.reason !== undefined && { bounce: { ...bounce, reason: redactAnswer(bounce.reason, maxReasonChars) } }),
    ...(channel && address && { recipientName: await nameOf(site, channel, address) }),
  };
}

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

/** What a report says of an attempt whose answer was lost. */
export const cameTo: Partial<Record<Report["what"], LogEntry["state"]>> = {
  ...{ accepted: "delivered", delivered: "delivered", deferred: "delivered", bounced: "delivered" },
  ...{ opened: "delivered", clicked: "delivered", replied: "delivered", dismissed: "delivered" },
  ...{ suppressed: "suppressed", failed: "failed" },
};
