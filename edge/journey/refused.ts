import { isAddressed } from "../profile/reach.ts";
import type { Profile } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { armsFor } from "./arms.ts";
import { runOf, type Stop } from "./still.ts";

const gates: readonly string[] = ["suppressed", "unsubscribed", "no_opt_in", "unreachable", "unverified_address", "country"];

/** Whether this gate stands before one address and leaves the others open. */
export const shutsOff = (gate: string): boolean => gates.includes(gate);

/** What the address itself said is kept with the person, so that the next decision knows it. */
export function noteRefused(
  config: SiteConfig,
  profile: Profile,
  seq: number,
  { gate, suppressed }: Stop & { suppressed?: string | undefined },
): void {
  const run = runOf(profile, seq);
  const handed = run?.handed.find((one) => one.seq === seq);
  const contact = handed && isAddressed(handed.channel) ? profile.reach?.[handed.channel] : undefined;
  if (!run || !contact) return;
  const name = profile.sent?.find((one) => one.seq === seq)?.message;
  const topic = name === undefined ? undefined : armsFor(config, profile, run).message(name)?.topic;
  if (suppressed !== undefined) contact.suppressed = suppressed;
  else if (gate === "unsubscribed" && topic !== undefined) contact.topicsOff = [...(contact.topicsOff ?? []), topic];
  else if (gate === "no_opt_in") delete contact.optIn;
}
