import { addressNamesNow } from "../../address-names.ts";
import type { Clock } from "../../clock.ts";
import type { Env } from "../../env.ts";
import { type OptOut, optOut } from "../../feedback/opt-out.ts";
import { cameBy } from "../../journey/still.ts";
import { isAddressed } from "../../profile/reach.ts";
import type { Profile } from "../../profile/state.ts";
import type { Sites } from "../../site/cache.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import type { PersonObject } from "../person.ts";
import type { personAttempts } from "./attempts.ts";
import type { PersonCore } from "./core.ts";
import { personEvents } from "./events.ts";
import { heardOf, isOf, type Reported } from "./reports.ts";
import { silenced } from "./silenced.ts";

interface Parts {
  ctx: DurableObjectState;
  env: Env;
  clock: Clock;
  sites: Sites;
  attempts: Pick<ReturnType<typeof personAttempts>, "heard">;
  decide: (config: SiteConfig, profile: Profile) => void;
  /** Where this visitor is now, once known. */
  elsewhere: () => Promise<Pick<PersonObject, "reported" | "optedOut"> | undefined>;
}

/** What comes back of a person's messages: each report once, and whose address wants nothing more. */
export function personFeedback(core: PersonCore, { ctx, env, clock, sites, attempts, decide, elsewhere }: Parts) {
  const nameOf = addressNamesNow(env.EDGE_SECRET ?? "");

  /** The change and what follows from it, all or nothing. */
  const whole = (change: () => void): void => core.whole(() => ctx.storage.transactionSync(change));

  /** The destination of a message, while that is kept. */
  function sentTo(seq: number, messageId: string): string | undefined {
    const waiting = [...core.row().underway(), ...core.box().pending()].find((one) => one.seq === seq);
    return (waiting ?? core.row().kept(seq) ?? core.box().kept(seq, messageId))?.destination;
  }

  async function reported(report: Reported): Promise<"noted" | "unknown"> {
    const config = await sites.fresh(core.site());
    await core.knowAlarm();
    const there = await elsewhere();
    if (there) return await there.reported(report);
    const profile = core.row().profile();
    const seq = profile && core.seqOf(profile, report.messageId);
    if (!config || !profile || seq === undefined || !(seq <= profile.seq)) return "unknown";
    if (report.of && !isOf(config, profile, seq, sentTo(seq, report.messageId), report.of)) return "unknown";
    const nowMs = clock.now();
    whole(() => {
      const events = personEvents(ctx.storage.sql);
      events.prune(profile, nowMs);
      if (!events.isNew(`report ${report.of?.destination} ${report.id}`, nowMs)) return;
      const { event, lines } = heardOf(config, profile, seq, report, nowMs);
      core.tell(profile, lines);
      if (event) attempts.heard(config, profile, event);
      decide(config, profile);
    });
    await atOwnAddress(profile, seq, report);
    return "noted";
  }

  /** However old the message is: the address that it must have gone to is told. */
  async function atOwnAddress(profile: Profile, seq: number, { optOut: why, channel, atMs, topic }: Reported): Promise<void> {
    const by = channel ?? cameBy(profile, seq);
    const contact = by && isAddressed(by) ? profile.reach?.[by] : undefined;
    const to = by === "push" ? profile.user : contact?.address;
    if (!why || !by || !isAddressed(by) || to === undefined) return;
    await optOut(env, { address: nameOf(core.site(), by, to), why, atMs: Math.min(atMs, clock.now()), topic });
  }

  async function optedOut(out: OptOut): Promise<void> {
    const config = await sites.fresh(core.site());
    await core.knowAlarm();
    const there = await elsewhere();
    if (there) return await there.optedOut(out);
    const profile = core.row().profile();
    if (!config || !profile) return;
    whole(() => {
      const lines = silenced(config, profile, out, nameOf, clock.now());
      if (!lines) return;
      core.tell(profile, lines);
      decide(config, profile);
    });
  }

  return { reported, optedOut };
}
