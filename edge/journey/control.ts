import { shareOf } from "./arms.ts";
import type { Gate, Look } from "./gates.ts";

/** Whether this person was found to be held out from messages like this one. */
export const isHeldOut = ({ config: { file }, profile, parcel }: Look): boolean =>
  !!profile.holdout?.out && !!file.limits.holdout?.purposes.includes(parcel.message.purpose);

/** Who takes part in nothing here, to see what the messages bring. That somebody is held out is decided once. */
export const withheld: Gate = ({ config: { file }, profile, parcel: { control, message }, nowMs }) => {
  if (control !== undefined)
    return { gate: "control", text: `in the control group of "${control}", who get nothing`, would: true };
  const { holdout } = file.limits;
  if (!holdout?.purposes.includes(message.purpose)) return [];
  const { site, person, subject = person } = profile;
  profile.holdout ??= { out: shareOf(site, "holdout", subject) < holdout.share, atMs: nowMs };
  return profile.holdout.out ? { gate: "holdout", text: "held out, to see what the messages bring", would: true } : ["holdout"];
};
