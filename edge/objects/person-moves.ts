import type { Batch } from "../../contract/wire.ts";
import type { Clock } from "../clock.ts";
import { type Env, objectName } from "../env.ts";
import { heed } from "../journey/heed.ts";
import type { Line, Run } from "../journey/run.ts";
import type { Row } from "../outbox/outbox.ts";
import type { Outcome } from "../outbox/retry.ts";
import { merge, type Snapshot } from "../profile/merge.ts";
import { type Profile, placeSignals } from "../profile/state.ts";
import { forgetBehaviour, hasRoomFor, noteVisitor } from "../profile/visitors.ts";
import type { Sites } from "../site/cache.ts";
import type { SiteConfig } from "../site/site-config.ts";
import type { Arrival, Bound, Reply, Unbound } from "./person.ts";
import type { personAttempts } from "./person-attempts.ts";
import type { PersonCore } from "./person-core.ts";
import { messagePrefix, type Named, nameOf, newPerson } from "./person-names.ts";
import type { Moved } from "./person-row.ts";

interface Parts {
  ctx: DurableObjectState;
  env: Env;
  clock: Clock;
  sites: Sites;
  attempts: ReturnType<typeof personAttempts>;
  decide: (config: SiteConfig, profile: Profile) => void;
  name: () => Promise<Named>;
}

const isSo = () => true;
const isNot = () => false;

/** Who shares a browser. */
const maxOthers = 20;

/** Somebody who is one and the same is on one journey of a kind. */
export const gaveWay = ({ id, trigger, journey, step }: Run, nowMs: number): Line => ({
  atMs: nowMs,
  what: "exited",
  gate: "replaced",
  ...{ run: id, trigger, journey, step },
  text: `left ${journey}: the same person was on another journey of its group already`,
});

/** How a visitor's object hands itself over to a user's, and what both do from then on (docs/decisions/013). */
export function personMoves(core: PersonCore, { ctx, env, clock, sites, attempts, decide, name }: Parts) {
  async function bind(user: string): Promise<Bound> {
    await core.knowAlarm();
    const moved = core.row().moved();
    if (moved) {
      if (moved.movedTo !== user) {
        const others = [...(moved.others ?? []).filter((other) => other !== user), user].slice(-maxOthers);
        core.whole(() => core.row().write({ ...moved, others }));
        return "elsewhere";
      }
    } else if (core.row().withdrawnUntilMs() > clock.now()) return "withdrawn";
    else core.whole(() => core.freeze(user, nameOf(String(ctx.id.name)).site));
    await push();
    return "here";
  }

  async function take(visitor: string, snapshot: string): Promise<void> {
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
          const { rows, ended } = merge(profile, came, { visitor, messageId: (seq) => prefix + seq, rankOf, nowMs });
          for (const row of rows) core.box().add(row);
          core.tell(profile, [
            { atMs: nowMs, what: "merged", text: "signed in: what they did before counts for them from now on" },
            ...ended.map((run) => gaveWay(run, nowMs)),
          ]);
        }
        noteVisitor(profile, visitor, nowMs);
        decide(config, profile);
        const { timeline } = core.row();
        if (isTaken && came.lines?.length) timeline.replace([...timeline.all(), ...came.lines]);
      }),
    );
  }

  async function settled(messageId: string, attempt: number, outcome: Outcome): Promise<void> {
    const { site } = nameOf(String(ctx.id.name));
    const config = await sites.fresh(site);
    const profile = core.row().profile();
    const row = core
      .box()
      .pending()
      .find(({ id }) => id === messageId);
    if (config && profile && row) attempts.settled(config, { ...row, attempt }, outcome);
  }

  async function forget(visitor: string): Promise<void> {
    await core.knowAlarm();
    const config = await sites.load((await name()).site);
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

  /** Brings the user's object what it has not taken yet. */
  async function push(): Promise<void> {
    const moved = core.row().moved();
    if (!moved) return;
    const { snapshot } = moved;
    await objectOf(moved).import(ctx.id.toString(), snapshot ? JSON.stringify(snapshot) : "");
    if (!core.row().moved()) await forgottenBy(moved); // withdrawn meanwhile
    if (!snapshot || !core.row().moved()?.snapshot) return; // another brought it meanwhile, or it was withdrawn
    const { snapshot: _taken, ...rest } = core.row().moved() as Moved; // as it is by now: somebody else may have signed in here
    core.whole(() => {
      core.row().write(rest);
      core.arm(true);
    });
  }

  /**
   * A batch of a visitor who is known: it is the user's. What names another user is theirs if they were vouched for here, and
   * else nobody's: it is acknowledged and forgotten.
   */
  async function forward(text: string, arrival: Arrival, { user: named, stream, signals }: Batch): Promise<Reply | Unbound> {
    const moved = core.row().moved() as Moved;
    const id = moved.streams?.includes(stream) ? moved.movedTo : (named?.id ?? moved.movedTo);
    if (id !== moved.movedTo && !moved.others?.includes(id)) {
      const placed = placeSignals(signals);
      return placed.ok ? { ok: true, ack: placed.ack, onsite: [] } : placed;
    }
    if (moved.snapshot && !(await push().then(isSo, isNot)))
      return { ok: false, status: 503, detail: "what this visitor did before could not be brought along just now" };
    const came = { ...arrival, mustExist: false, visitor: ctx.id.toString() };
    const user = objectOf({ ...moved, movedTo: id });
    const reply = await user.take(text, came);
    return reply.ok || reply.status !== "unbound" ? reply : await user.take(text, { ...came, alone: true });
  }

  async function forgottenBy(moved: Moved): Promise<void> {
    const users = [moved.movedTo, ...(moved.others ?? [])];
    await Promise.all(users.map((movedTo) => objectOf({ ...moved, movedTo }).forget(ctx.id.toString())));
  }

  /** An attempt that was under way when the visitor became known. */
  async function passOn(messageId: string, attempt: number, outcome: Outcome): Promise<void> {
    const moved = core.row().moved();
    if (!moved) return;
    await push();
    await objectOf(moved).settled(messageId, attempt, outcome);
  }

  function objectOf({ site, movedTo }: Moved) {
    return env.PERSON.getByName(objectName(site, "u", movedTo));
  }

  /** What waits is not said. What is on its way may arrive, and goes on counting. */
  function dropWaiting(config: SiteConfig | undefined, profile: Profile): void {
    const text = "this person took back their consent";
    for (const { seq } of core.box().pending())
      if (config) core.tell(profile, heed(config, profile, { what: "not_sent", seq, gate: "withdrawn", text }, clock.now()));
    core.box().clear();
    for (const { seq } of core.row().underway()) core.row().ended(seq);
  }

  return { bind, import: take, settled, forget, push, forward, forgottenBy, passOn, objectOf };
}
