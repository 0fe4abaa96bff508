import type { Clock } from "../../clock.ts";
import type { Env } from "../../env.ts";
import { heed } from "../../journey/heed.ts";
import { type Line, type Run, titleOf } from "../../journey/run.ts";
import type { Row } from "../../outbox/outbox.ts";
import type { Outcome } from "../../outbox/retry.ts";
import { merge } from "../../profile/merge.ts";
import type { Snapshot } from "../../profile/snapshot.ts";
import type { Profile } from "../../profile/state.ts";
import { forgetBehaviour, hasRoomFor, noteVisitor } from "../../profile/visitors.ts";
import type { Sites } from "../../site/cache.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import type { personAttempts } from "./attempts.ts";
import type { PersonCore } from "./core.ts";
import type { Made } from "./entries.ts";
import { forgetReviews } from "./forget-reviews.ts";
import { lost } from "./moves.ts";
import { messagePrefix, type Named, newPerson } from "./names.ts";

interface Parts {
  ctx: DurableObjectState;
  env: Env;
  clock: Clock;
  sites: Sites;
  attempts: ReturnType<typeof personAttempts>;
  decide: (config: SiteConfig, profile: Profile) => void;
  name: () => Promise<Named>;
}

const brought = "signed in: what they did before counts for them from now on";
const tooMany = "signed in with more visitors than anybody has browsers: what this one did before does not count";
const noRoom = {
  what: "not_sent",
  gate: "content",
  text: "enough waits already to be shown on the page",
  as: "unreachable",
} as const;

/** Somebody who is one and the same is on one journey of a kind. */
export const gaveWay = ({ id, trigger, journey, step }: Run, nowMs: number): Line => ({
  atMs: nowMs,
  what: "exited",
  gate: "replaced",
  ...{ run: id, trigger, journey, step },
  text: `left ${titleOf(journey)}: the same person was on another journey of its group already`,
});

/** How a user's object takes over visitors, and forgets what they brought (docs/decisions/013). */
export function personTakeover(core: PersonCore, { ctx, env, clock, sites, attempts, decide, name }: Parts) {
  async function take(visitor: string, snapshot: string, isLost = false): Promise<void> {
    const named = await name();
    const config = await sites.fresh(named.site);
    if (!config) throw new Error("the site has no file");
    await core.knowAlarm();
    const nowMs = clock.now();
    const profile = core.row().profile() ?? newPerson(named, nowMs);
    if (profile.visitors?.[visitor]) return;
    core.whole(() =>
      ctx.storage.transactionSync(() => {
        const came = snapshot === "" ? undefined : (JSON.parse(snapshot) as Snapshot<Row>);
        const isTaken = came && hasRoomFor(profile, nowMs);
        if (isTaken) {
          const prefix = messagePrefix(visitor);
          const rankOf = (trigger: string) => config.triggers.find(({ name }) => name === trigger);
          const merging = { visitor, messageId: (seq: number) => prefix + seq, rankOf, nowMs };
          const { rows, ended, crowdedOut } = merge(profile, came, merging);
          for (const row of rows) core.box().add(row);
          core.tell(
            profile,
            ended.map((run) => gaveWay(run, nowMs)),
          );
          for (const seq of crowdedOut) core.tell(profile, heed(config, profile, { ...noRoom, seq }, nowMs));
        }
        const text = isTaken ? brought : came ? tooMany : isLost ? lost : undefined;
        if (text) core.tell(profile, [{ atMs: nowMs, what: "merged", text }]);
        noteVisitor(profile, visitor, nowMs);
        decide(config, profile);
        const { timeline } = core.row();
        if (isTaken && came.lines?.length) timeline.replace([...timeline.all(), ...came.lines]);
      }),
    );
  }

  async function settled(messageId: string, attempt: number, outcome: Outcome, made: Made): Promise<void> {
    const config = await sites.fresh(core.site());
    const profile = core.row().profile();
    const row = core
      .box()
      .pending()
      .find(({ id }) => id === messageId);
    if (config && profile && row) attempts.settled(config, { ...row, attempt }, outcome, made);
  }

  async function forget(visitor: string): Promise<void> {
    await core.knowAlarm();
    const config = await sites.load((await name()).site);
    const before = core.row().profile();
    if (before?.visitors?.[visitor]) await forgetReviews(env, before, ctx.id.toString(), clock.now());
    const profile = core.row().profile();
    if (!profile?.visitors?.[visitor]) return;
    const nowMs = clock.now();
    core.whole(() => {
      dropWaiting(config, profile);
      forgetBehaviour(profile, visitor, nowMs);
      const { timeline } = core.row();
      timeline.replace(timeline.all().filter(({ message_id }) => message_id !== undefined));
      core.tell(profile, [{ atMs: nowMs, what: "withdrawn", text: "took back the consent: what their pages told is forgotten" }]);
      core.keep(profile, []);
      core.arm();
    });
  }

  /** What waits is not said. What is on its way may arrive, and goes on counting. */
  function dropWaiting(config: SiteConfig | undefined, profile: Profile): void {
    const text = "this person took back their consent";
    for (const { seq } of core.box().pending())
      if (config) core.tell(profile, heed(config, profile, { what: "not_sent", seq, gate: "withdrawn", text }, clock.now()));
    core.box().clear();
    for (const { seq } of core.row().underway()) core.row().drop(seq);
    core.row().erase(Infinity);
  }

  return { import: take, settled, forget };
}
