import type { Step, Trigger } from "../site/compile-journeys.ts";
import type { Channel } from "../site/schema/words.ts";
import { gate, type Parcel } from "./gates.ts";
import { counting, handOver } from "./hand-over.ts";
import { isOnSite } from "./presence.ts";
import type { Run } from "./run.ts";
import type { Walk } from "./walk.ts";

/** Over, one way or the other, or to be looked at again. */
export type Tried = { settled: true } | { settled: false; wakeAtMs: number; heldBy: string };

const settled: Tried = { settled: true };
/** They reach people wherever they are, and are a nuisance to somebody who is on the site. */
const outside: readonly Channel[] = ["email", "sms", "push"];
const inPage: readonly Channel[] = ["onsite", "chat"];

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
  const arms = walk.arms(run.session);
  const message = arms.message(step.message);
  const isThere = presence.leftAtMs === undefined;
  const takers = Object.entries(config.file.destinations);
  const takersOf = (channel: Channel) => takers.filter(([, { channels: taken }]) => taken.includes(channel));
  const takerOf = (channel: Channel) => takersOf(channel).find(([, { url }]) => url !== undefined);
  const reaching = channels.filter((channel) => takersOf(channel).length && (isThere || !inPage.includes(channel)));
  const [channel, ...channelsLeft] = reaching.filter(takerOf);
  const [to, destination] = (channel && takerOf(channel)) ?? [];
  const about = { step: step.id, message: step.message, ...(channel && { channel }) };
  const not = (name: string, text: string): Tried => {
    walk.sayOf(run, "not_sent", `"${step.message}" not sent: ${text}`, { ...about, gate: name });
    return settled;
  };

  if (!message) return not("removed", "the newest site file has no such message");
  if (!channel || to === undefined || !destination)
    return reaching.length
      ? not("no_adapter", `there is no adapter yet for what takes ${reaching.join(", ")}`)
      : not("unreachable", `nobody is reached by ${channels.join(", ")} now`);

  const isHeld = (step.holdWhile ?? "on_site") === "on_site" && outside.includes(channel);
  if (isHeld && isOnSite(presence, nowMs)) {
    if (heldBy !== "on_site")
      walk.sayOf(run, "held", `"${step.message}" waits: the visitor is on the site`, { ...about, gate: "on_site" });
    return { settled: false, wakeAtMs: Math.min(presence.goneAtMs, window.expiresAtMs), heldBy: "on_site" };
  }

  const control = arms.control(run.trigger, run.journey, step.id, step.message);
  const parcel: Parcel = { trigger: run.trigger, channel, purpose: message.purpose, session: run.session, control };
  const verdict = gate(config, profile, parcel, nowMs);
  if (!verdict.pass) {
    const { gate: name, text, untilMs, would } = verdict;
    if (would) profile.withheld = counting(walk, run, { step, message, channel, seq: 0 }, profile.withheld);
    if (untilMs === undefined) return not(name, would ? `would have been, but is ${text}` : text);
    if (heldBy !== name) walk.sayOf(run, "held", `"${step.message}" waits: ${text}`, { ...about, gate: name });
    return { settled: false, wakeAtMs: Math.min(untilMs, window.expiresAtMs), heldBy: name };
  }

  const { gates: gatesPassed, live } = verdict;
  const line = walk.sayOf(run, "sent", `"${step.message}" sent by ${channel}`, about);
  handOver(walk, run, { trigger, step, message, channel, channelsLeft, to, destination, ...window, gatesPassed, live, line });
  return settled;
}
