import { type Content, renderContent } from "../content/content.ts";
import { factsAround, reports, seen } from "../decide/decide.ts";
import { knownZone } from "../decide/time-zone.ts";
import { shareOf } from "../journey/arms.ts";
import { follow } from "../journey/follow.ts";
import { heed } from "../journey/heed.ts";
import type { Line, Sending } from "../journey/run.ts";
import { reportBody, sendBody } from "../outbox/message-body.ts";
import { begun, type Row } from "../outbox/outbox.ts";
import type { Profile, Risen } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";

/** What follows from what rose and from the time, written out: messages and reports that begin now. Changes `profile`. */
export function messagesNow(
  config: SiteConfig,
  profile: Profile,
  risen: readonly Risen[],
  messageId: (seq: number) => string,
  nowMs: number,
): { rows: Row[]; lines: Line[] } {
  const followed = follow(config, profile, risen, nowMs);
  const { sendings } = followed;
  let { lines } = followed;
  const envelope = (seq: number) => ({ config, profile, messageId: messageId(seq), decidedAtMs: nowMs });
  const sent = sendings.flatMap((sending) => {
    const { seq, to: destination, dueAtMs: due_at, tryUntilMs: expires_at } = sending;
    const content = contentOf(config, profile, sending, messageId(seq), nowMs);
    if ("missing" in content) {
      const said = heed(config, profile, { what: "not_sent", seq, gate: "content", text: content.missing }, nowMs);
      lines = [...lines.filter((line) => line !== sending.line), ...said];
      return [];
    }
    return begun({ seq, destination, body: sendBody(envelope(seq), sending, content), due_at, expires_at }, nowMs);
  });
  const told = risen.flatMap((one) => reports(config, profile, seen(config, profile, one, nowMs), nowMs));
  const reported = told.map((report) => {
    profile.seq += 1;
    const { destination, dueAtMs: due_at, expiresAtMs: expires_at } = report;
    const body = reportBody(envelope(profile.seq), report);
    return begun({ seq: profile.seq, destination, body, due_at, expires_at }, nowMs);
  });
  return { rows: [...sent, ...reported], lines };
}

/** What a message says to this person, or what it lacks. */
function contentOf(
  config: SiteConfig,
  profile: Profile,
  { run, message, name, channel }: Pick<Sending, "run" | "message" | "name" | "channel">,
  messageId: string,
  nowMs: number,
): Content | { missing: string } {
  const facts = factsAround(config, profile, run, nowMs);
  if (!facts) return { missing: "the session it is about is forgotten" };
  return renderContent({
    file: config.file,
    message,
    template: name,
    channel,
    facts,
    items: new Map(profile.items),
    messageId,
    timeZone: knownZone(profile.context.time_zone, config.file.time_zone),
    holds(when) {
      const condition = config.compile(when);
      return typeof condition === "function" && condition(facts);
    },
    shareOf: (what) => shareOf(profile.site, name, what, profile.person),
    nowMs,
  });
}
