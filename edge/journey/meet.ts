import { type Seen, seen } from "../decide/decide.ts";
import { maxPending } from "../profile/run.ts";
import type { Risen } from "../profile/state.ts";
import type { Trigger } from "../site/compile-journeys.ts";
import { ago } from "./ago.ts";
import { enter, entryOf, sayNot } from "./enter.ts";
import type { Occasion } from "./run.ts";
import type { Turn } from "./turns.ts";
import type { Walk } from "./walk.ts";

/** What comes so late begins nothing. */
const tooOldMs = 86_400_000;

/** What a moment that rose may lead to, one turn for each trigger. */
export function meet(walk: Walk, risen: Risen): Turn[] {
  const { config, profile, nowMs } = walk;
  const { moment } = risen;
  if (moment.band === "none") return [];
  const one = seen(config, profile, risen, nowMs);
  const met = triggersOf(walk, risen.session).filter(({ on }) => on.includes(moment.kind));
  return met.flatMap((trigger) => {
    if (!entryOf(trigger, moment.band)) return [];
    const take = () => meetOne(walk, trigger, one);
    return { priority: trigger.priority, sinceMs: one.momentAtMs, take };
  });
}

function meetOne(walk: Walk, trigger: Trigger, one: Seen): void {
  const { momentAtMs } = one;
  const occasion: Occasion = { ...one, trigger: trigger.name };
  if (walk.nowMs - momentAtMs >= tooOldMs) sayNot(walk, occasion, "too_old", "it was more than a day ago");
  else if (!trigger.live) sayNot(walk, occasion, "not_live", "the trigger is not live");
  else if (!walk.holds(trigger.when, one, momentAtMs)) sayNot(walk, occasion, "when", "the condition was not true");
  else if (trigger.forMs) wait(walk, trigger, occasion);
  else enter(walk, trigger, occasion, momentAtMs);
}

/** As this person's experiments have them. */
function triggersOf({ config, arms }: Walk, session: string): readonly Trigger[] {
  if (!config.experiments.some(({ of }) => "trigger" in of)) return config.triggers;
  return config.triggers.map((trigger) => arms({ session }).trigger(trigger.name) ?? trigger);
}

function wait({ profile, say }: Walk, { name, forMs }: Trigger, occasion: Occasion): void {
  const { moment, momentAtMs, session } = occasion;
  const { page, kind } = moment;
  const pending = profile.pending ?? [];
  const had = pending.find(
    (one) => one.trigger === name && one.session === session && one.moment.page === page && one.moment.kind === kind,
  );
  if (had)
    had.moment = moment; // stronger by now, and true since then
  else if (pending.length < maxPending && !profile.sessions[session]?.enrolled.includes(`${name} ${page}/${kind}`)) {
    profile.pending = [...pending, { ...occasion, dueAtMs: momentAtMs + forMs }];
    say("waiting", `${name} waits: its condition must stay true for ${ago(forMs)}`, { trigger: name, gate: "for" });
  }
}

/** Looks again at what must stay true for a while: one turn for each whose time has come. */
export function settlePending(walk: Walk): Turn[] {
  const { profile, nowMs } = walk;
  if (!profile.pending) return [];
  const turns: Turn[] = [];
  const left = profile.pending.filter((one) => {
    const { dueAtMs, ...occasion } = one;
    const trigger = walk.arms(one).trigger(one.trigger);
    if (!trigger?.live) sayNot(walk, one, "removed", "the newest site file no longer has it");
    else if (!walk.holds(trigger.when, one)) sayNot(walk, one, "for", "the condition did not stay true");
    else if (nowMs < dueAtMs) return true;
    else turns.push({ priority: trigger.priority, sinceMs: dueAtMs, take: () => enter(walk, trigger, occasion, dueAtMs) });
    return false;
  });
  if (left.length) profile.pending = left;
  else delete profile.pending;
  return turns;
}
