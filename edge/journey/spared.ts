import { zoneOf } from "../decide/time-zone.ts";
import type { Channel, Purpose } from "../site/schema/words.ts";
import { ago } from "./ago.ts";
import { isHeldOut } from "./control.ts";
import type { Gate, Look, Stopped } from "./gates.ts";
import { quietUntilMs } from "./quiet-hours.ts";
import type { Sent } from "./run.ts";

interface Limit {
  channels: readonly Channel[];
  purposes: readonly Purpose[];
}

const covers = (limit: Limit, channel: Channel, purpose: Purpose): boolean =>
  limit.channels.includes(channel) && limit.purposes.includes(purpose);

export const afterRecovery: Gate = ({ config: { file }, profile: { recoveredAtMs }, parcel, nowMs }) => {
  const { cooldown } = file.limits;
  if (!cooldown?.purposes.includes(parcel.message.purpose)) return [];
  if (recoveredAtMs === undefined || nowMs >= recoveredAtMs + cooldown.for) return ["cooldown"];
  return { gate: "cooldown", text: `reached the goal ${ago(nowMs - recoveredAtMs)} ago` };
};

/** Said with what went by another clock than the person's, for want of it. */
export const zoneUnknown = "zone_unknown";

export const atNight: Gate = ({ config: { file }, profile, parcel: { channel, message }, nowMs }) => {
  const { quiet_hours } = file.limits;
  if (!quiet_hours || !covers(quiet_hours, channel, message.purpose)) return [];
  const { zone, isFallback } = zoneOf(profile, file.time_zone);
  const untilMs = quietUntilMs(quiet_hours, nowMs, [zone]);
  if (untilMs === undefined) return isFallback ? ["quiet_hours", zoneUnknown] : ["quiet_hours"];
  const by = isFallback ? `by the clock of ${zone}: the person's own time zone is not known` : "for this person";
  const text = `it is between ${quiet_hours.from} and ${quiet_hours.to} ${by}`;
  return { gate: "quiet_hours", text, ...(quiet_hours.then === "defer" && { untilMs }) };
};

export const onceTooOften: Gate = (look) => {
  const { cap, onsite_cap } = look.config.file.limits;
  const { channel, message, of } = look.parcel;
  const gates: string[] = [];
  for (const limit of cap.filter((one) => covers(one, channel, message.purpose))) {
    const counted = had(look).filter((one) => covers(limit, one.channel, one.purpose) && look.nowMs - one.atMs < limit.per);
    if (counted.length >= limit.max) return tooMany(look, "cap", counted, limit.max, `in ${ago(limit.per)}`);
    gates.push(`cap ${counted.length + 1}/${limit.max}`);
  }
  if (!onsite_cap || channel !== "onsite") return gates;
  const { max, per } = onsite_cap;
  const counted = had(look).filter(
    (one) => one.channel === "onsite" && (per === "session" ? one.session === of.session : look.nowMs - one.atMs < per),
  );
  if (counted.length >= max) return tooMany(look, "onsite_cap", counted, max, "on the site");
  return [...gates, `onsite_cap ${counted.length + 1}/${max}`];
};

/** What counts; for those who are compared with others, with what they would have had. */
function had(look: Look): Sent[] {
  const { sent = [], withheld = [] } = look.profile;
  const { control, seq } = look.parcel;
  return [...sent, ...(control !== undefined || isHeldOut(look) ? withheld : [])].filter((one) => one.seq !== seq);
}

/** Of what is due at the same instant the stronger has gone first. */
function tooMany({ nowMs }: Look, name: string, counted: Sent[], max: number, within: string): Stopped {
  if (!max) return { gate: name, text: `the limit is none ${within}` };
  const rival = counted.find(({ atMs }) => atMs === nowMs);
  return rival
    ? { gate: "priority", text: `"${rival.message}" was due too, came first, and was the last of ${max} ${within}` }
    : { gate: name, text: `has had ${counted.length} of ${max} ${within}` };
}
