import { isReached } from "../decide/decide.ts";
import { isAddressed } from "../profile/reach.ts";
import type { Profile } from "../profile/state.ts";
import type { Message } from "../site/schema/messages.ts";
import type { Channel } from "../site/schema/words.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { withheld } from "./control.ts";
import { duringCheckout, whileComparing } from "./manners.ts";
import { offerHad } from "./offers.ts";
import type { Occasion } from "./run.ts";
import { afterRecovery, atNight, onceTooOften } from "./spared.ts";

/** What is to be sent. */
export interface Parcel {
  channel: Channel;
  message: Message;
  /** What led to it. */
  of: Occasion;
  /** The experiment whose control this person is in. */
  control: string | undefined;
  /** Its own number, where it has its place under the caps already. */
  seq?: number;
}

/** Why something may not go now. `untilMs`: it may later. `would`: it would go, but for what this person is compared with. */
export interface Stopped {
  gate: string;
  text: string;
  untilMs?: number;
  would?: true;
}

/** One person, and what is to go to them. */
export interface Look {
  config: SiteConfig;
  profile: Profile;
  parcel: Parcel;
  nowMs: number;
}

/** What stops it, or the gates that let it pass. */
export type Gate = (look: Look) => Stopped | string[];

export type Verdict = { pass: true; gates: string[]; live: boolean } | ({ pass: false } & Stopped);

const noLeave: Gate = ({ profile, parcel: { channel, message } }) => {
  if (profile.withdrawnAtMs !== undefined) return { gate: "withdrawn", text: "this person took back their consent" };
  return isAddressed(channel) && message.purpose === "marketing" ? ["consent", "opt_in", "expiry"] : ["consent", "expiry"];
};

const switchedOff: Gate = ({ config: { switches }, parcel: { of } }) => {
  if (switches.off) return { gate: "switched_off", text: "the site is switched off" };
  if (switches.triggers.includes(of.trigger)) return { gate: "switched_off", text: `the trigger ${of.trigger} is switched off` };
  return [];
};

const notLive: Gate = ({ config, profile }) =>
  isReached(config, profile) ? [] : { gate: "not_live", text: "the site is not live" };

const robot: Gate = ({ profile, parcel: { channel } }) =>
  profile.context.bot && channel !== "team" ? { gate: "bot", text: "the visitor is a robot" } : [];

/** What is compared with those who get messages is what would have passed all that holds for them: so that comes last. */
const inOrder: readonly Gate[] = [
  noLeave,
  switchedOff,
  notLive,
  robot,
  duringCheckout,
  offerHad,
  whileComparing,
  afterRecovery,
  atNight,
  onceTooOften,
  withheld,
];

/** Whether this may go to this person now, or the first gate that stops it. */
export function gate(config: SiteConfig, profile: Profile, parcel: Parcel, nowMs: number): Verdict {
  const look: Look = { config, profile, parcel, nowMs };
  const gates: string[] = [];
  for (const one of inOrder) {
    const said = one(look);
    if (!Array.isArray(said)) return { pass: false, ...said };
    gates.push(...said);
  }
  return { pass: true, gates, live: config.file.live };
}
