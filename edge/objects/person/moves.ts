import { type Batch, limits } from "../../../contract/wire.ts";
import type { Clock } from "../../clock.ts";
import { type Env, objectName } from "../../env.ts";
import type { Outcome } from "../../outbox/retry.ts";
import { placeSignals } from "../../profile/state.ts";
import type { Sites } from "../../site/cache.ts";
import type { Arrival, Bound, Reply, Unbound } from "../person.ts";
import { givenUpAfterMs } from "./again.ts";
import type { PersonCore } from "./core.ts";
import type { Made } from "./entries.ts";
import { forgetReviews } from "./forget-reviews.ts";
import type { Moved, UntoldWithdrawal } from "./row.ts";

interface Parts {
  ctx: DurableObjectState;
  env: Env;
  clock: Clock;
  sites: Sites;
}

const isSo = () => true;
const isNot = () => false;

/** Said where the past was given up, and again when the visitor is taken over without it. */
export const lost = "signed in: what they did before could not be brought along for a month, and is lost";

export const withdrawn: Reply = { ok: false, status: 403, detail: "this visitor withdrew consent" };

/** Who shares a browser. */
const maxOthers = 20;

const usersOf = ({ movedTo, others = [] }: Moved): string[] => [movedTo, ...others];

/** How a visitor's object hands itself over to a user's, and what it does from then on (docs/decisions/013). */
export function personMoves(core: PersonCore, { ctx, env, clock, sites }: Parts) {
  async function bind(user: string, mayShare = true): Promise<Bound> {
    await core.knowAlarm();
    const moved = core.row().moved();
    if (moved) {
      if (moved.movedTo !== user) {
        if (!mayShare) return "elsewhere";
        const others = [...(moved.others ?? []).filter((other) => other !== user), user].slice(-maxOthers);
        core.whole(() => core.row().write({ ...moved, others }));
        return "elsewhere";
      }
    } else if (core.row().withdrawnUntilMs() > clock.now()) return "withdrawn";
    else core.whole(() => core.freeze(user));
    await push();
    return core.row().moved() ? "here" : "withdrawn";
  }

  /** Brings the user's object what it has not taken yet. */
  async function push(): Promise<void> {
    const moved = core.row().moved();
    if (!moved) return;
    const { snapshot, lost } = moved;
    await objectOf(moved).import(ctx.id.toString(), snapshot ? JSON.stringify(snapshot) : "", lost);
    const now = core.row().moved(); // somebody else may have signed in here
    if (!now) {
      await withdraw(moved); // meanwhile: the user's object may have heard of it before it took the past
      return;
    }
    if (!now.snapshot && !now.lost) return;
    const { snapshot: _taken, lost: _said, failed: _failed, ...rest } = now;
    core.whole(() => {
      core.row().write(rest);
      core.arm(true);
    });
  }

  /** What the alarm has to bring or to tell. Where it fails it comes again, later each time; a past is given up in the end. */
  async function again(): Promise<void> {
    if (!core.row().owing() || (await (core.row().moved() ? push() : tell()).then(isSo, isNot))) return;
    const owing = core.row().owing();
    if (!owing) return;
    core.whole(() => {
      if (!("movedTo" in owing) || clock.now() - owing.seenAtMs < givenUpAfterMs)
        return core.row().write({ ...owing, failed: (owing.failed ?? 0) + 1 });
      const { snapshot, failed: _failed, ...rest } = owing;
      core.row().write({ ...rest, lost: true });
      sites.tell(owing.site, snapshot.profile.person, [{ atMs: clock.now(), what: "merged", text: lost }]);
    });
  }

  /**
   * Erases the visitor. What is left is one row that says so for as long as a batch may still be on its way: such a batch would
   * otherwise make the person anew. Whom they became is told until it is acknowledged, by the alarm where it fails now.
   */
  async function withdraw(was?: Moved): Promise<void> {
    await core.knowAlarm();
    const moved = was ?? core.row().moved();
    const had = untold();
    const profile = core.row().profile() ?? moved?.snapshot?.profile;
    const users = moved ? usersOf(moved) : had?.untold;
    const site = moved?.site ?? had?.site ?? "";
    const left = { withdrawnUntilMs: clock.now() + limits.streamAgeMs, ...(users && { untold: users, site }) };
    core.whole(() => {
      core.row().write(left); // first: whatever comes while the rest is erased finds it
      core.row().tidy(true);
      core.row().erase(Infinity);
      core.box().clear();
    });
    if (!users) {
      await core.erase();
      core.row().write(left);
    }
    core.arm();
    await Promise.allSettled([forgetReviews(env, profile, ctx.id.toString(), clock.now()), tell()]);
  }

  async function tell(): Promise<void> {
    const before = untold();
    if (!before) return;
    const heard = await Promise.all(
      before.untold.map((movedTo) =>
        objectOf({ ...before, movedTo })
          .forget(ctx.id.toString())
          .then(isSo, isNot),
      ),
    );
    if (untold() !== before) return; // withdrawn once more: all are told again
    const left = before.untold.filter((_, i) => !heard[i]);
    core.whole(() => {
      core.row().write(left.length ? { ...before, untold: left } : { withdrawnUntilMs: before.withdrawnUntilMs });
      if (!left.length) core.arm(true);
    });
    if (left.length) throw new Error("a user's object did not hear of a withdrawal");
  }

  function untold(): UntoldWithdrawal | undefined {
    const owing = core.row().owing();
    return owing && "untold" in owing ? owing : undefined;
  }

  /** A signpost stands as long as there is somebody at its end: what still comes here, a withdrawal too, is theirs. */
  async function stay(): Promise<void> {
    const moved = core.row().moved();
    if (!moved) return;
    const asked = usersOf(moved).map((movedTo) =>
      objectOf({ ...moved, movedTo })
        .knows(ctx.id.toString())
        .catch(isSo),
    );
    if (!(await Promise.all(asked)).some((isKnown) => isKnown)) return;
    const now = core.row().moved();
    if (now) core.whole(() => core.row().write({ ...now, seenAtMs: clock.now() }));
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
    if (reply.ok || reply.status !== "unbound") return reply;
    return core.row().moved() ? await user.take(text, { ...came, alone: true }) : withdrawn;
  }

  /** An attempt that was under way when the visitor became known. */
  async function passOn(messageId: string, attempt: number, outcome: Outcome, made: Made): Promise<void> {
    const moved = core.row().moved();
    if (!moved) return;
    await push();
    await objectOf(moved).settled(messageId, attempt, outcome, made);
  }

  function objectOf({ site, movedTo }: Pick<Moved, "site" | "movedTo">) {
    return env.PERSON.getByName(objectName(site, "u", movedTo));
  }

  return { bind, push, again, withdraw, stay, forward, passOn, objectOf };
}
