import type { Line } from "../journey/run.ts";
import type { Profile } from "./state.ts";

/** A push service that no longer knows a device never will again (RFC 8030): it is not pushed to any more. */
export function noteLapsed(profile: Profile, endpoints: readonly string[], nowMs: number): Line[] {
  const { subscriptions = [] } = profile;
  const left = subscriptions.filter(({ endpoint }) => !endpoints.includes(endpoint));
  const lost = subscriptions.length - left.length;
  if (!lost) return [];
  profile.subscriptions = left;
  const text = `${lost === 1 ? "a device takes" : `${lost} devices take`} no pushes any more; ${left.length || "none"} left`;
  return [{ atMs: nowMs, what: "reported", channel: "push", text }];
}
