import { orderHash } from "../../../contract/order.ts";
import { cameThen, cameTo } from "../../feedback/came-to.ts";
import type { OptOut } from "../../feedback/opt-out.ts";
import type { Report } from "../../feedback/report.ts";
import type { Event } from "../../journey/heed.ts";
import type { Line } from "../../journey/run.ts";
import { noteDelivered, runOf } from "../../journey/still.ts";
import { noteEvent } from "../../profile/events.ts";
import type { Profile } from "../../profile/state.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import { followedLink } from "./names.ts";

/** A report about one message of this person. */
export interface Reported extends Omit<Report, "eventId" | "recipient" | "providerId" | "messageId"> {
  /** Counts once. */
  id: string;
  messageId: string;
  /** An opt-out of an address that nobody but this person knows: the log has forgotten the message. */
  optOut?: OptOut["why"];
  /** Who reports it. Without: whoever holds a link that this edge signed. */
  of?: { site: string; destination: string };
}

/** Whether a message may be theirs who report of it: of this site, and, for all that is kept of it, sent to that destination. */
export function isOf(
  { file }: SiteConfig,
  profile: Profile,
  seq: number,
  to: string | undefined,
  { site, destination }: NonNullable<Reported["of"]>,
): boolean {
  const channel = profile.sent?.find((one) => one.seq === seq)?.channel;
  const { channels } = Object.hasOwn(file.destinations, destination) ? (file.destinations[destination] ?? {}) : {};
  if (site !== file.site || !channels) return false;
  return to === undefined ? channel === undefined || channels.includes(channel) : to === destination;
}

/** What a report leads to: what the journeys are to heed, and what is to be said of it. */
export function heardOf(
  config: SiteConfig,
  profile: Profile,
  seq: number,
  report: Reported,
  nowMs: number,
): { event?: Event & { seq: number }; lines: Line[] } {
  const block = report.link?.block ?? (report.link?.url && blockOf(report.link.url));
  const line = lineAbout(profile, seq, wordsOf(report), Math.min(report.atMs, nowMs), block);
  if (report.what === "delivered") noteDelivered(profile, seq, nowMs);
  if (report.what === "converted") {
    const order = report.order && orderHash(config.file.site, report.order.id);
    noteEvent(profile, { id: report.id, what: "purchase", atMs: report.atMs, ...(order && { order }) }, nowMs);
  }
  const handed = runOf(profile, seq)?.handed.find((one) => one.seq === seq);
  const isOver = handed?.came === "arrived" && (report.what === "suppressed" || report.what === "failed");
  const came = cameThen(handed?.came, cameTo[report.what]);
  if (handed && came) handed.came = came;
  // Somebody has it: its place is taken, and no other channel says it again.
  const what = isOver ? undefined : eventOf(report);
  return { lines: [line], ...(what && { event: { what, seq } }) };
}

const blockOf = (url: string): string | undefined => followedLink(/[?&]cusp_m=([\w-]+)/.exec(url)?.[1] ?? "").block;

/** What came back of a message. `block`: whose link was followed. */
export function lineAbout(profile: Profile, seq: number, what: string, atMs: number, block?: string): Line {
  const run = runOf(profile, seq);
  const handed = run?.handed.find((one) => one.seq === seq);
  const message = profile.sent?.find((one) => one.seq === seq)?.message;
  return {
    atMs,
    what: "reported",
    text: `${message === undefined ? "a message" : `"${message}"`} ${what}`,
    ...(run && { run: run.id, trigger: run.trigger, journey: run.journey }),
    ...(handed && { step: handed.step, channel: handed.channel }),
    ...(block && { block }),
    seq,
  };
}

/** As what the journeys take it. A program that opens or clicks is nobody's answer, and an open says nothing of anybody. */
function eventOf({ what, machine, bounce }: Reported) {
  switch (what) {
    case "clicked":
    case "replied":
      return machine ? undefined : "responded";
    case "bounced":
      return bounce?.class === "hard" ? what : undefined;
    case "complained":
      return "unsubscribed";
    case "unsubscribed":
    case "dismissed":
    case "suppressed":
    case "failed":
      return what;
    default:
      return undefined;
  }
}

function wordsOf({ what, machine, bounce, reason }: Reported): string {
  const because = bounce?.reason ?? bounce?.code ?? reason;
  const why = because ? `: ${because}` : "";
  const by = machine ? " by a program, which counts for nothing" : "";
  switch (what) {
    case "accepted":
      return "was taken by its tool";
    case "suppressed":
      return `was not sent by its tool, which held it back${why}`;
    case "delivered":
      return "arrived";
    case "deferred":
      return `is still on its way${why}`;
    case "bounced":
      return bounce?.class === "hard" ? `came back for good${why}` : `came back for now${why}`;
    case "failed":
      return `could not be sent by its tool${why}`;
    case "opened":
      return `was opened${by}`;
    case "clicked":
      return `was clicked${by}`;
    case "replied":
      return "was answered";
    case "dismissed":
      return "was put away";
    case "unsubscribed":
      return "led to an unsubscribe";
    case "complained":
      return "led to a complaint";
    case "converted":
      return "led to an order";
  }
}
