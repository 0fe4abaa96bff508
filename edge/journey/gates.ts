import { isReached } from "../decide/decide.ts";
import type { Profile } from "../profile/state.ts";
import type { Channel, Purpose } from "../site/schema/words.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { shareOf } from "./arms.ts";
import { quietUntilMs } from "./quiet-hours.ts";

/** What is to be sent. */
export interface Parcel {
  trigger: string;
  channel: Channel;
  purpose: Purpose;
  session: string;
  /** The experiment whose control this person is in. */
  control: string | undefined;
}

/** `would`: somebody who takes part in nothing here: what would have been sent is told. */
export type Verdict =
  | { pass: true; gates: string[]; live: boolean }
  | { pass: false; gate: string; text: string; would?: boolean; untilMs?: number };

/** Whether this may go to this person now, or the first gate that stops it. */
export function gate({ file, switches }: SiteConfig, profile: Profile, parcel: Parcel, nowMs: number): Verdict {
  const { channel, purpose } = parcel;
  const { cap, onsite_cap, quiet_hours, cooldown, holdout } = file.limits;
  const { recoveredAtMs, context } = profile;
  const gates = ["consent", "expiry"];
  const covers = (limit: { channels: readonly Channel[]; purposes: readonly Purpose[] }) =>
    limit.channels.includes(channel) && limit.purposes.includes(purpose);
  const stop = (name: string, text: string, more: { would?: boolean; untilMs?: number } = {}): Verdict => ({
    pass: false,
    gate: name,
    text,
    ...more,
  });

  if (switches.off) return stop("switched_off", "the site is switched off");
  if (switches.triggers.includes(parcel.trigger)) return stop("switched_off", `the trigger ${parcel.trigger} is switched off`);
  if (!isReached({ file }, profile)) return stop("not_live", "the site is not live");

  const withheld = withheldBy(parcel, holdout, profile);
  // What is compared with those who get messages is what would have passed all that holds for them.
  const sent = [...(profile.sent ?? []), ...((withheld && profile.withheld) || [])];
  if (cooldown?.purposes.includes(purpose)) {
    const untilMs = recoveredAtMs === undefined ? nowMs : recoveredAtMs + cooldown.for;
    if (nowMs < untilMs) return stop("cooldown", `reached the goal ${ago(nowMs - untilMs + cooldown.for)} ago`);
    gates.push("cooldown");
  }
  if (quiet_hours && covers(quiet_hours)) {
    const untilMs = quietUntilMs(quiet_hours, nowMs, [context.time_zone, file.time_zone]);
    const text = `it is between ${quiet_hours.from} and ${quiet_hours.to} for this person`;
    if (untilMs !== undefined) return stop("quiet_hours", text, quiet_hours.then === "defer" ? { untilMs } : {});
    gates.push("quiet_hours");
  }
  for (const limit of cap.filter(covers)) {
    const counted = sent.filter(
      (one) => limit.channels.includes(one.channel) && limit.purposes.includes(one.purpose) && nowMs - one.atMs < limit.per,
    );
    if (counted.length >= limit.max) return stop("cap", `has had ${counted.length} of ${limit.max} in ${ago(limit.per)}`);
    gates.push(`cap ${counted.length + 1}/${limit.max}`);
  }
  if (onsite_cap && channel === "onsite") {
    const { max, per } = onsite_cap;
    const within = (one: { session: string; atMs: number }) =>
      per === "session" ? one.session === parcel.session : nowMs - one.atMs < per;
    const counted = sent.filter((one) => one.channel === "onsite" && within(one)).length;
    if (counted >= max) return stop("onsite_cap", `has seen ${counted} of ${max} on the site`);
    gates.push(`onsite_cap ${counted + 1}/${max}`);
  }
  if (withheld) return stop(...withheld, { would: true });
  if (holdout?.purposes.includes(purpose)) gates.push("holdout");
  return { pass: true, gates, live: file.live };
}

type Holdout = SiteConfig["file"]["limits"]["holdout"];

/** Who takes part in nothing here, to see what the messages bring. */
function withheldBy(
  { control, purpose }: Parcel,
  holdout: Holdout,
  { site, person }: Profile,
): [gate: string, text: string] | undefined {
  if (control !== undefined) return ["control", `in the control group of ${control}, who get nothing`];
  return holdout?.purposes.includes(purpose) && shareOf(site, "holdout", person) < holdout.share
    ? ["holdout", "held out, to see what the messages bring"]
    : undefined;
}

/** How long, for people. */
export function ago(ms: number): string {
  const [size, unit] = (
    [
      [86_400_000, "d"],
      [3_600_000, "h"],
      [60_000, "min"],
    ] as const
  ).find(([one]) => ms >= one) ?? [1000, "s"];
  return `${Math.round(ms / size)} ${unit}`;
}
