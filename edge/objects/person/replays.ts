import type { Clock } from "../../clock.ts";
import type { Deliver } from "../../destinations/deliver.ts";
import type { Env } from "../../env.ts";
import { heldBack } from "../../journey/review.ts";
import { handedOf } from "../../journey/still.ts";
import type { LogEntry } from "../../outbox/log-entry.ts";
import type { MessageSend } from "../../outbox/message-send.ts";
import type { Row } from "../../outbox/outbox.ts";
import { freshMs, type Sites } from "../../site/cache.ts";
import type { PersonObject } from "../person.ts";
import type { MessageBudget } from "./budget.ts";
import { clearance } from "./clearance.ts";
import type { PersonCore } from "./core.ts";
import { attemptEntry, destinationOf, entryOf } from "./entries.ts";

/** What came of it, or why nothing was sent. */
export type Replayed = { ok: true; entry: LogEntry } | { ok: false; why: string };

interface Parts {
  env: Env;
  clock: Clock;
  sites: Sites;
  deliver: Deliver;
  budget: MessageBudget;
  /** Where this visitor is now, once known. */
  elsewhere: () => Pick<PersonObject, "replay" | "release"> | undefined;
}

const not = (why: string): Replayed => ({ ok: false, why });

/** Messages that have come to their end, once more, and such as are held: both because an operator says so. */
export function personReplays(core: PersonCore, { env, clock, sites, deliver, budget, elsewhere }: Parts) {
  const clear = clearance(env, budget);
  const seqOf = (messageId: string): number | undefined => {
    const prefix = core.messageId("");
    return messageId.startsWith(prefix) ? Number(messageId.slice(prefix.length)) : undefined;
  };

  const keptAs = (messageId: string): Row | undefined => {
    const seq = seqOf(messageId);
    return (seq === undefined ? undefined : core.row().kept(seq)) ?? core.box().kept(seq, messageId);
  };

  async function replay(messageId: string, attempt: number): Promise<Replayed> {
    const config = await sites.fresh(core.site());
    const row = keptAs(messageId);
    const there = elsewhere();
    if (!row && there) return await there.replay(messageId, attempt);
    const profile = core.row().profile() ?? core.row().moved()?.snapshot?.profile;
    if (!row) return not("its body is kept no longer, or it is still being tried");
    const destination = config && destinationOf(config, row);
    if (!destination) return not("the site file has no such destination");
    if (config.switches.off || !config.file.live) return not("the site is switched off");
    if (config.switches.destinations?.includes(row.destination)) return not("its destination is disabled: enable it first");
    const secrets = (env as unknown as Record<string, unknown>)[destination.secret];
    if (typeof secrets !== "string") return not(`the secret ${destination.secret} is not set at the edge`);
    const isLate = clock.now() >= row.expires_at;
    if (isLate && destination.vendor) return not("it is too late: a vendor would send it all the same");
    const { type, data } = JSON.parse(row.body) as MessageSend;
    if (type === "message.send") {
      if (!profile) return not("this visitor is known by a user's id now, and is not written to under another");
      const handed = handedOf(profile, row.seq);
      // Its journey may be forgotten, and with it what a reviewer said; what was approved was attempted.
      const isUnheard =
        row.attempt === 0 && config.voice?.offVoice(config.file.voice, data.send.channel, data.content) !== undefined;
      if (isUnheard || (handed && heldBack(handed))) return not("it was held for a reviewer, and nobody approved it");
      const refused = await clear
        .again(config, profile, data, messageId)
        .catch(() => ({ text: "its address cannot be asked just now" }));
      if (refused) return not(refused.text);
    }
    const beganAtMs = Date.now();
    const outcome = await deliver(
      { destination, secrets, id: messageId, subscriptions: profile?.subscriptions ?? [] },
      { ...row, attempt },
    );
    const person = profile?.person ?? data.person.id;
    const about = entryOf(profile ?? { person }, { ...row, attempt }, messageId, clock.now());
    const entry = attemptEntry(about, outcome, undefined, { tookMs: Date.now() - beganAtMs });
    return { ok: true, entry: { ...entry, state: outcome.state === "again" ? "failed" : outcome.state } };
  }

  async function release(messageId: string): Promise<boolean> {
    await core.knowAlarm();
    // By then every isolate knows that its destination is enabled: it may have been a moment ago.
    const dueAtMs = clock.now() + freshMs;
    const isReleased = core.whole(() => {
      const released = core.box().release(messageId, seqOf(messageId), dueAtMs);
      if (released) core.arm();
      return released;
    });
    const there = elsewhere();
    return isReleased || ((await there?.release(messageId)) ?? false);
  }

  return { replay, release };
}
