import type { Step, Trigger } from "../site/compile-journeys.ts";
import { type Channel, inPage } from "../site/schema/words.ts";
import { by, channelNames } from "./channel-words.ts";
import { gate } from "./gates.ts";
import { counting, handOver } from "./hand-over.ts";
import { offerFor } from "./offers.ts";
import { isOnSite } from "./presence.ts";
import type { Run } from "./run.ts";
import { zoneUnknown } from "./spared.ts";
import type { Walk } from "./walk.ts";
import { waysTo, whyNot } from "./ways.ts";

/** Over, one way or the other, or to be looked at again. */
export type Tried = { settled: true } | { settled: false; wakeAtMs: number; heldBy: string };

const settled: Tried = { settled: true };
/** The site is asked again for an offer, where no answer came. */
const askAgainMs = 20_000;

/** What reaches people wherever they are is a nuisance to somebody who is on the site. */
export const waitsOutside = ({ holdWhile = "on_site" }: Step, channel: Channel): boolean =>
  holdWhile === "on_site" && channel !== "team" && !inPage.includes(channel);

/** Says a step on the first of these channels that reaches the person, unless something stops it. */
export function deliver(
  walk: Walk,
  run: Run,
  trigger: Trigger,
  step: Step,
  channels: readonly Channel[],
  { heldBy, ...window }: { dueAtMs: number; expiresAtMs: number; heldBy?: string | undefined },
): Tried {
  const { config, profile, nowMs, presence } = walk;
  const arms = walk.arms(run);
  const message = arms.message(step.message);
  let about: { step: string; message: string; channel?: Channel } = { step: step.id, message: step.message };
  const not = (name: string, text: string): Tried => {
    walk.sayOf(run, "not_sent", `"${step.message}" not sent: ${text}`, { ...about, gate: name });
    return settled;
  };
  const hold = (name: string, text: string, untilMs: number): Tried => {
    if (heldBy !== name) walk.sayOf(run, "held", `"${step.message}" waits: ${text}`, { ...about, gate: name });
    return { settled: false, wakeAtMs: Math.min(untilMs, window.expiresAtMs), heldBy: name };
  };

  if (!message) return not("removed", "the newest site file has no such message");
  const { open, shut } = waysTo(walk, channels, message);
  const [way, ...left] = open;
  if (!way) {
    const lacks = shut.find(({ waits }) => waits);
    return lacks
      ? hold(lacks.gate, whyNot(shut), Infinity)
      : not(shut[0]?.gate ?? "unreachable", shut.length ? whyNot(shut) : "no channel is left");
  }
  const { channel, to, destination } = way;
  about = { ...about, channel };
  if (waitsOutside(step, channel) && isOnSite(presence, nowMs))
    return hold("on_site", "the visitor is on the site", presence.goneAtMs);

  const control = arms.control(run.trigger, run.journey, step.id, step.message);
  const verdict = gate(config, profile, { channel, message, of: run, control }, nowMs);
  if (!verdict.pass) {
    const { gate: name, text, untilMs, would } = verdict;
    if (would) profile.withheld = counting(walk, run, { step, message, channel, seq: 0 }, profile.withheld);
    if (untilMs !== undefined) return hold(name, text, untilMs);
    return not(name, would ? `it would have been, but this person is ${text}` : text);
  }

  const offered = offerFor(walk, run, channel, message);
  if (!offered) return { settled: false, wakeAtMs: Math.min(nowMs + askAgainMs, window.expiresAtMs), heldBy: "offer_code" };
  if ("lacks" in offered) return not("offer", offered.lacks);

  const { gates: gatesPassed, live } = verdict;
  if (gatesPassed.includes(zoneUnknown)) profile.zoneFallbacks = (profile.zoneFallbacks ?? 0) + 1;
  const passedOver = shut.filter((one) => channels.indexOf(one.channel) < channels.indexOf(channel));
  const instead = passedOver.length
    ? ` (${passedOver.map((one) => `${channelNames[one.channel]}: ${one.text}`).join("; ")})`
    : "";
  const line = walk.sayOf(run, "sent", `"${step.message}" sent ${by(channel)}${instead}`, about);
  const channelsLeft = left.map((one) => one.channel);
  // What is said of an offer is true as long as it can still arrive.
  const expiresAtMs = Math.min(window.expiresAtMs, offered.making?.untilMs ?? Infinity);
  const parcel = { trigger, step, message, channel, channelsLeft, to, destination, ...offered };
  handOver(walk, run, { ...parcel, dueAtMs: window.dueAtMs, expiresAtMs, gatesPassed, live, line });
  return settled;
}
