import { inTime, isFresh } from "./reading/freshness.ts";
import { genericReports } from "./reading/generic-shape.ts";
import { standardSigned } from "./reading/standard-webhooks.ts";
import type { Reader } from "./report.ts";

/** A tool of the site's own: the shape that docs/webhook.md shows, signed as our webhooks are. */
export const generic: Reader = async (inbound, secret) => {
  const signed = await standardSigned(inbound, secret);
  if (!signed) return undefined;
  const reports = inTime(genericReports(inbound.body, inbound.nowMs), signed.atMs, inbound.nowMs);
  // Every attempt is signed anew here: an old time stamp that opts nobody out is a replay.
  return isFresh(signed.atMs, inbound.nowMs) || reports.length ? reports : undefined;
};
