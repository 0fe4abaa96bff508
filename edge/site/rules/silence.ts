import type { Path } from "../positions.ts";
import type { Found, Site } from "./rule.ts";
import { listed } from "./words.ts";

const dayMinutes = 24 * 60;
/** Less of a day than this is hardly meant. */
const leastAwakeMinutes = 60;

const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** Limits that let nothing out at all. */
export function* silence({ file }: Site): Generator<Found> {
  const { cap, holdout, quiet_hours } = file.limits;
  const warn = (path: Path, message: string): Found => ({ path, message, warning: true });
  for (const [i, { max, channels, purposes }] of cap.entries())
    if (max === 0)
      yield warn(
        ["limits", "cap", ...(cap.length > 1 ? [i] : []), "max"],
        `nothing of the purpose ${listed(purposes, "or")} is ever sent by ${listed(channels, "or")}: at most none`,
      );
  if (holdout?.share === 1)
    yield warn(
      ["limits", "holdout", "share"],
      `everybody is held out: nothing of the purpose ${listed(holdout.purposes, "or")} is ever sent`,
    );
  if (quiet_hours) {
    const { from, to } = quiet_hours;
    if ((minutes(from) - minutes(to) + dayMinutes) % dayMinutes < leastAwakeMinutes)
      yield warn(["limits", "quiet_hours"], `hardly anything is ever sent: it is quiet from ${from} to ${to}, nearly all day`);
  }
  if (!file.live && !file.test_people.length)
    yield warn(["live"], "nothing is sent to anybody: `live` is false, and `test_people` names nobody");
}
