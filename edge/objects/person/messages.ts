import { type Content, renderContent } from "../../content/content.ts";
import { factsAround, reports, type Seen, seen } from "../../decide/decide.ts";
import { knownZone, ownZones } from "../../decide/time-zone.ts";
import { whyText } from "../../decide/why.ts";
import { armsFor, shareOf } from "../../journey/arms.ts";
import { follow } from "../../journey/follow.ts";
import { heed } from "../../journey/heed.ts";
import type { Line, Run, Sending } from "../../journey/run.ts";
import type { Links } from "../../outbox/links.ts";
import { reportBody, sendBody } from "../../outbox/message-body.ts";
import { begun, type Row } from "../../outbox/outbox.ts";
import type { Profile, Risen } from "../../profile/state.ts";
import type { Step } from "../../site/compile-journeys.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import { dropOffers, offerToPage, settleOffers } from "./page.ts";

/**
 * What follows from what rose and from the time, written out: messages and reports that begin now. What a page is to show waits
 * in `profile`, which is changed.
 */
export function messagesNow(
  config: SiteConfig,
  profile: Profile,
  risen: readonly Risen[],
  messageId: (seq: number) => string,
  nowMs: number,
  links?: Links,
): { rows: Row[]; lines: Line[] } {
  const settled = settleOffers(config, profile, nowMs);
  const { sendings, lines: followed } = follow(config, profile, risen, nowMs);
  let lines = [...settled, ...followed, ...dropOffers(config, profile, nowMs)];
  const envelope = (seq: number) => ({ config, profile, messageId: messageId(seq), decidedAtMs: nowMs, links });
  const unsaid = ({ seq, line: sent }: Sending, { missing }: { missing: string }): [] => {
    const said = heed(config, profile, { what: "not_sent", seq, gate: "content", text: missing }, nowMs);
    lines = [...lines.filter((line) => line !== sent), ...said];
    return [];
  };
  const sent = sendings.flatMap((sending) => {
    const { seq, to: destination, dueAtMs: due_at, tryUntilMs: expires_at } = sending;
    const content = contentOf(config, profile, sending, messageId(seq), nowMs);
    if ("missing" in content) return unsaid(sending, content);
    if (!sending.destination) {
      const lack = offerToPage(profile, sending, content, messageId(seq));
      return lack ? unsaid(sending, lack) : [];
    }
    return begun({ seq, destination, body: sendBody(envelope(seq), sending, content), due_at, expires_at }, nowMs);
  });
  const all = risen.map((one) => seen(config, profile, one, nowMs));
  const told = all.flatMap((one) => reports(config, profile, one, nowMs));
  const reported = told.map((report) => {
    profile.seq += 1;
    const { destination, dueAtMs: due_at, expiresAtMs: expires_at } = report;
    const body = reportBody(envelope(profile.seq), report);
    return begun({ seq: profile.seq, destination, body, due_at, expires_at }, nowMs);
  });
  return { rows: [...sent, ...reported], lines: [...all.flatMap(seenLine), ...lines] };
}

/** What may lead to a message is told, whether or not it does. */
const seenLine = ({ moment, momentAtMs, pageType }: Seen): Line[] =>
  moment.band === "none" ? [] : [{ atMs: momentAtMs, what: "seen", text: whyText(moment, pageType) }];

/** What a step would say now, for whoever reviews it; less than that where the texts lack something yet. */
export function textsOf(config: SiteConfig, profile: Profile, run: Run, step: Step, nowMs: number): string[] {
  const message = armsFor(config, profile, run).message(step.message);
  const [channel] = step.channels;
  if (!message || !channel) return [];
  const content = contentOf(config, profile, { run, message, name: step.message, channel }, "msg_review_0", nowMs);
  if ("missing" in content) return [message.subject ?? "", `not written yet: ${content.missing}`].filter((text) => text);
  const { subject, preheader, push, sms, chat, onsite, team, blocks } = content;
  const all = [subject, preheader, push?.title, push?.body, sms?.text, chat?.text, onsite?.title, onsite?.body, team?.text];
  return [...all, ...blocks.map(({ text }) => text)].filter((text) => text !== undefined);
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
    timeZone: knownZone(...ownZones(profile), config.file.time_zone),
    holds(when) {
      const condition = config.compile(when);
      return typeof condition === "function" && condition(facts);
    },
    reads(when) {
      const condition = config.compile(when);
      return typeof condition === "function" ? condition.reads : [];
    },
    shareOf: (what) => shareOf(profile.site, name, what, profile.subject ?? profile.person),
    nowMs,
  });
}
