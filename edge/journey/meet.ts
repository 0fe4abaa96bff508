import { seen } from "../decide/decide.ts";
import type { Risen } from "../profile/state.ts";
import type { Trigger } from "../site/compile-journeys.ts";
import { enter, entryOf, sayNot } from "./enter.ts";
import { ago } from "./gates.ts";
import type { Occasion } from "./run.ts";
import type { Walk } from "./walk.ts";

const maxPending = 20;
/** What comes so late begins nothing. */
const tooOldMs = 86_400_000;

/** What a moment that rose leads to: the strongest trigger first. */
export function meet(walk: Walk, risen: Risen): void {
  const { config, profile, nowMs } = walk;
  const { moment } = risen;
  if (moment.band === "none") return;
  const one = seen(config, profile, risen, nowMs);
  for (const trigger of triggersOf(walk, risen.session)) {
    if (!trigger.on.includes(moment.kind) || !entryOf(trigger, moment.band)) continue;
    const occasion: Occasion = { ...one, trigger: trigger.name };
    if (nowMs - one.momentAtMs >= tooOldMs) sayNot(walk, occasion, "too_old", "it was more than a day ago");
    else if (!trigger.live) sayNot(walk, occasion, "not_live", "the trigger is not live");
    else if (!walk.holds(trigger.when, one, one.momentAtMs)) sayNot(walk, occasion, "when", "the condition was not true");
    else if (trigger.forMs) wait(walk, trigger, occasion);
    else enter(walk, trigger, occasion, occasion.momentAtMs);
  }
}

/** As this person's experiments have them. */
function triggersOf({ config, arms }: Walk, session: string): readonly Trigger[] {
  if (!config.experiments.some(({ of }) => "trigger" in of)) return config.triggers;
  return config.triggers.map((trigger) => arms(session).trigger(trigger.name) ?? trigger).sort((a, b) => b.priority - a.priority);
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

/** Looks again at what must stay true for a while. */
export function settlePending(walk: Walk): void {
  const { profile, nowMs } = walk;
  if (!profile.pending) return;
  const left = profile.pending.filter((one) => {
    const { dueAtMs, ...occasion } = one;
    const trigger = walk.arms(one.session).trigger(one.trigger);
    if (!trigger?.live) sayNot(walk, one, "removed", "the newest site file has it no more");
    else if (!walk.holds(trigger.when, one)) sayNot(walk, one, "for", "the condition did not stay true");
    else if (nowMs < dueAtMs) return true;
    else enter(walk, trigger, occasion, dueAtMs);
    return false;
  });
  if (left.length) profile.pending = left;
  else delete profile.pending;
}
