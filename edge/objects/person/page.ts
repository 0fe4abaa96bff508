import type { OnsiteMessage } from "../../../contract/wire.ts";
import type { Content } from "../../content/content.ts";
import { heed } from "../../journey/heed.ts";
import type { Line, Sending } from "../../journey/run.ts";
import { noteDelivered, noteShown, runOf, stopOf } from "../../journey/still.ts";
import { inReply, offer, type PageAnswer, takeBack } from "../../profile/onsite.ts";
import type { Profile } from "../../profile/state.ts";
import { inPage } from "../../site/schema/words.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import { lineAbout } from "./reports.ts";

const maxChars = 8000;

/** @returns what the message lacks, if it cannot be offered */
export function offerToPage(
  profile: Profile,
  { seq, run, step, channel, message, expiresAtMs, tryUntilMs }: Sending,
  { html: _html, text: _text, chat, blocks, ...content }: Content,
  id: string,
): { missing: string } | undefined {
  const { context: _forAgents, ...talk } = chat ?? { priority: false };
  const offered: OnsiteMessage = {
    id,
    channel: channel as "onsite" | "chat",
    expires_at: new Date(Math.min(tryUntilMs, expiresAtMs)).toISOString(),
    purpose: message.purpose,
    trigger: run.trigger,
    journey: run.journey,
    step: step.id,
    content: {
      ...content,
      blocks: blocks.map(withoutDice),
      ...(chat && { chat: talk }),
      ...(isUnanswered(content, message) && { action: undefined }),
    } as OnsiteMessage["content"],
  };
  const body = JSON.stringify(offered);
  if (body.length > maxChars) return { missing: `it is longer than the ${maxChars} characters that a page is sent` };
  const isRoom = offer(profile, { seq, channel: offered.channel, expiresAtMs: Math.min(tryUntilMs, expiresAtMs), body });
  return isRoom ? undefined : { missing: "enough waits already to be shown on the page" };
}

const withoutDice = ({ probability: _probability, alternatives: _alternatives, ...block }: Content["blocks"][number]) => block;
/** The file has no text under this name, and the name is nothing to show. */
const isUnanswered = ({ action }: Partial<Content>, { action: written }: Sending["message"]): boolean =>
  action?.answer !== undefined && [written?.answer, written?.else?.answer].includes(action.answer as string);

/** What no page has shown in time reached nobody: another channel may. */
export const settleOffers = (config: SiteConfig, profile: Profile, nowMs: number): Line[] =>
  (profile.onsite ?? []).flatMap((one) => {
    const { seq, channel, overAtMs } = one;
    if (nowMs < overAtMs) return [];
    const { message = "" } = profile.sent?.find((sent) => sent.seq === seq) ?? {};
    const run = runOf(profile, seq);
    const handed = run?.handed.find((other) => other.seq === seq);
    takeBack(profile, seq);
    const line: Line = {
      atMs: nowMs,
      what: "not_sent",
      ...(run && handed && { run: run.id, trigger: run.trigger, journey: run.journey, step: handed.step }),
      message,
      channel,
      gate: "unreachable",
      text: `"${message}" not sent: no page of the visitor's showed it in time`,
    };
    return [line, ...heed(config, profile, { what: "unreachable", seq }, nowMs)];
  });

/** What is no longer wanted is offered no more. */
export const dropOffers = (config: SiteConfig, profile: Profile, nowMs: number): Line[] =>
  (profile.onsite ?? []).flatMap(({ seq }) => {
    const { gate, text, untilMs } = stopOf(config, profile, seq, nowMs) ?? {};
    if (gate === undefined || text === undefined || untilMs !== undefined) return [];
    takeBack(profile, seq);
    return heed(config, profile, { what: "not_sent", seq, gate, text }, nowMs);
  });

/** What the reply to this person's page carries. */
export const offersNow = (config: SiteConfig, profile: Profile, nowMs: number): OnsiteMessage[] =>
  inReply(
    profile.onsite?.filter(({ seq }) => !stopOf(config, profile, seq, nowMs)),
    nowMs,
  );

/** Takes note of what the page says of its messages. An id that is not of one of this person's changes nothing. */
export function heedPage(
  config: SiteConfig,
  profile: Profile,
  answers: readonly PageAnswer[],
  messageId: (seq: number) => string,
  nowMs: number,
): Line[] {
  return answers.flatMap(({ what, message }) => {
    const all = [...(profile.sent ?? []), ...profile.runs.flatMap(({ handed }) => handed)];
    const said = all.find(({ id, seq, channel }) => inPage.includes(channel) && (id ?? messageId(seq)) === message);
    if (!said) return [];
    const { seq } = said;
    const isOnOffer = takeBack(profile, seq);
    if (isOnOffer) noteDelivered(profile, seq, nowMs);
    if (what === "shown") return isOnOffer ? [] : noteShown(config, profile, seq, nowMs);
    const line = lineAbout(profile, seq, what === "clicked" ? "was clicked" : "was put away", nowMs);
    return [line, ...heed(config, profile, { what: what === "clicked" ? "responded" : what, seq }, nowMs)];
  });
}
