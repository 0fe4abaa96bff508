import { type Content, type ContentParts, renderContent } from "../../content/content.ts";
import { factsAround, reports, type Seen, seen } from "../../decide/decide.ts";
import { knownZone, ownZones } from "../../decide/time-zone.ts";
import { whyText } from "../../decide/why.ts";
import { shareOf } from "../../journey/arms.ts";
import { follow } from "../../journey/follow.ts";
import { heed } from "../../journey/heed.ts";
import { hold, isTimeForReview, wakeForHeld } from "../../journey/held.ts";
import type { Asks } from "../../journey/offers.ts";
import { isApproved } from "../../journey/review.ts";
import type { Line, Sending } from "../../journey/run.ts";

import type { Links } from "../../outbox/links.ts";
import { reportBody, sendBody } from "../../outbox/message-body.ts";
import { begun, type Row } from "../../outbox/outbox.ts";
import type { Profile, Risen } from "../../profile/state.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import { dropOffers, offerToPage, settleOffers } from "./page.ts";
import { withMail } from "./written-mail.ts";

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
  asks?: Asks,
): { rows: Row[]; lines: Line[] } {
  const settled = settleOffers(config, profile, nowMs);
  const { sendings, lines: followed } = follow(config, profile, risen, nowMs, asks);
  let lines = [...settled, ...followed, ...dropOffers(config, profile, nowMs)];
  const envelope = (seq: number) => ({ config, profile, messageId: messageId(seq), decidedAtMs: nowMs, links });
  const unsaid = ({ seq, line: sent }: Sending, { missing, gate = "content" }: { missing: string; gate?: string }): [] => {
    const said = heed(config, profile, { what: "not_sent", seq, gate, text: missing }, nowMs);
    lines = [...lines.filter((line) => line !== sent), ...said];
    return [];
  };
  const sent = sendings.flatMap((sending) => {
    const { seq, to: destination, dueAtMs: due_at, tryUntilMs: expires_at } = sending;
    const content = withMail(envelope(seq), sending, contentOf(config, profile, sending, messageId(seq), nowMs));
    if ("missing" in content) return unsaid(sending, content);
    const doubt = doubtOf(config, profile, sending, content, nowMs);
    if (doubt !== undefined && !isTimeForReview(sending, nowMs))
      return unsaid(sending, { missing: `${doubt}, and there is no time for a review`, gate: "voice" });
    note(sending.line, sending, content);
    if (!sending.destination) {
      const lack = offerToPage(profile, sending, content, messageId(seq));
      return lack ? unsaid(sending, lack) : [];
    }
    const body = sendBody(envelope(seq), sending, content);
    if (doubt === undefined) return begun({ seq, destination, body, due_at, expires_at }, nowMs);
    lines = lines.map((line) => (line === sending.line ? hold(profile, sending, doubt) : line));
    return { seq, destination, body, due_at: expires_at, expires_at, attempt: 0 };
  });
  wakeForHeld(profile, nowMs);
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

type Sayable = Pick<Sending, "run" | "message" | "name" | "channel">;

/** Why somebody must look at a message before it goes out, unless somebody has approved these very words. */
const doubtOf = (config: SiteConfig, profile: Profile, sending: Sending, content: Content, nowMs: number): string | undefined =>
  config.voice?.doubt(config.file.voice, sending.channel, content, () => {
    const shown = contentForReview(config, profile, sending, nowMs);
    return "missing" in shown ? [] : [shown].filter((one) => isApproved(sending.run, config.voice?.saidIn(one) ?? []));
  });

/** As long as an id, so that what is shown is as long as what is sent. */
const shownId = `msg_review_${"0".repeat(40)}`;

/** What a step would say, for whoever reviews it: something stands in for what it gets only as a message, its id and its offer. */
export function contentForReview(
  config: SiteConfig,
  profile: Profile,
  { run, message, name, channel }: Sayable,
  nowMs: number,
): Content | { missing: string } {
  const offer = message.offer === undefined ? undefined : config.file.offers[message.offer];
  const making = offer && { atMs: run.scheduledAtMs, untilMs: run.scheduledAtMs + offer.valid_for };
  return contentOf(config, profile, { run, message, name, channel, making }, shownId, nowMs);
}

/** What was chosen for this person, by which dice, so that what comes of it can be learned from when the message is gone. */
function note(line: Line, { run }: Sending, { blocks }: Content): void {
  const choices = blocks.flatMap(({ id, variant, probability = 1, alternatives = [] }) =>
    variant === undefined ? [] : { block: id, variant, probability, alternatives },
  );
  if (choices.length) line.choices = choices;
  if (run.arms.length) line.experiment = run.arms;
}

/** What a message says to this person, or what it lacks. */
export function contentOf(
  config: SiteConfig,
  profile: Profile,
  { run, message, name, channel, making }: Sayable & Pick<ContentParts, "making">,
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
    making,
    nowMs,
  });
}
