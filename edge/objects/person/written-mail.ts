import type { Content } from "../../content/content.ts";
import { knownZone, ownZones } from "../../decide/time-zone.ts";
import type { Sending } from "../../journey/run.ts";
import { type Envelope, wayOut } from "../../outbox/message-body.ts";

type Said = Content | { missing: string };

/** With its HTML and its text, where a mail goes to a destination that sends what it is given. */
export function withMail(envelope: Envelope, sending: Sending, said: Said): Said {
  const { config, profile, messageId } = envelope;
  const { file, writeMail } = config;
  if (!writeMail || "missing" in said || sending.channel !== "email" || sending.destination?.mode !== "rendered") return said;
  const mail = writeMail({
    file,
    message: sending.message,
    content: said,
    messageId,
    language: profile.told?.language ?? profile.context.language,
    timeZone: knownZone(...ownZones(profile), file.time_zone),
    unsubscribeUrl: wayOut(envelope, sending).unsubscribe_url,
  });
  return "missing" in mail ? mail : { ...said, ...mail };
}
