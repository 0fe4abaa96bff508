import type { Journey, Step, Trigger } from "../site/compile-journeys.ts";
import { advance, leave } from "./advance.ts";
import { ago } from "./gates.ts";
import { maxRuns, type Occasion, type Run } from "./run.ts";
import { schedule } from "./schedule.ts";
import type { Walk } from "./walk.ts";

const isRunning = ({ endedAtMs }: Run): boolean => endedAtMs === undefined;

/** At which step a moment of this band begins. */
export const entryOf = ({ enter }: Trigger, band: string): string | undefined =>
  band === "now" ? (enter.now ?? enter.later) : enter.later;

export function sayNot(walk: Walk, { trigger }: Occasion, gate: string, text: string): void {
  walk.say("not_entered", `${trigger} led nowhere: ${text}`, { trigger, gate });
}

/** Once for each trigger and moment. */
export function enter(walk: Walk, trigger: Trigger, occasion: Occasion, enteredAtMs: number): void {
  const { moment, session: id } = occasion;
  const at = entryOf(trigger, moment.band);
  const ways = walk.arms(id);
  const journey = ways.journey(trigger.journey);
  const step = journey && at !== undefined ? ways.step(journey, at) : undefined;
  const session = walk.profile.sessions[id];
  if (!journey || !step || !session) {
    sayNot(walk, occasion, "removed", session ? "there is no such step" : "its session is forgotten");
    return;
  }

  const enrolment = `${trigger.name} ${moment.page}/${moment.kind}`;
  const isEnrolled = session.enrolled.includes(enrolment);
  const same = walk.profile.runs.find((run) => isRunning(run) && run.journey === journey.name);
  if (same && !leadsOn(trigger, occasion, same, journey, step)) {
    if (!isEnrolled) sayNot(walk, occasion, "running", `${journey.name} runs already`);
    return;
  }
  if (!same && isEnrolled) return;
  const refused = (same?.trigger !== trigger.name && tooSoon(walk, trigger)) || (same ? undefined : refusal(walk, trigger));
  if (refused) {
    sayNot(walk, occasion, ...refused);
    return;
  }

  if (!isEnrolled) session.enrolled.push(enrolment);
  noteEntry(walk, trigger);
  const arms = ways.touching(trigger.name, journey.name);
  const entry = { ...occasion, enteredAtMs, arms };
  const run = same ? Object.assign(same, entry) : newRun(walk, { ...entry, journey: journey.name });
  delete run.previousAtMs;
  schedule(walk, run, step);
  const said = same ? `moved on to ${step.id} of ${journey.name}` : `${trigger.name} led into ${journey.name} at ${step.id}`;
  walk.sayOf(run, same ? "moved" : "entered", said);
  advance(walk, run);
}

/** A moment of the band `now` takes a journey that runs to the step for it, unless that or one after it is over. */
function leadsOn({ enter: { now } }: Trigger, { moment }: Occasion, run: Run, { steps }: Journey, step: Step): boolean {
  const place = steps.findIndex(({ id }) => id === step.id);
  const isPast = steps.some(({ id }, i) => i >= place && run.settled.includes(id));
  return moment.band === "now" && now !== undefined && run.step !== step.id && !isPast;
}

type Refused = [gate: string, text: string];

function tooSoon({ profile: { entries = {} }, nowMs }: Walk, { name, reEntry }: Trigger): Refused | undefined {
  const lastAtMs = Object.hasOwn(entries, name) ? entries[name] : undefined;
  const isSo = lastAtMs !== undefined && reEntry !== "always" && (reEntry === "never" || nowMs - lastAtMs < reEntry);
  return isSo ? ["re_entry", `this person came in ${ago(nowMs - lastAtMs)} ago`] : undefined;
}

/** A trigger that a file does not have may be back in the next. */
const missingMs = 30 * 86_400_000;

function noteEntry({ config, profile, nowMs }: Walk, { name, reEntry }: Trigger): void {
  if (reEntry === "always") return;
  const entries = Object.entries(profile.entries ?? {}).filter(
    ([one, atMs]) => nowMs - atMs < missingMs || config.triggers.some((other) => other.name === one),
  );
  profile.entries = { ...Object.fromEntries(entries), [name]: nowMs };
}

/** Why this person may not come in now. A weaker journey of the group makes way. */
function refusal(walk: Walk, { group, priority }: Trigger): Refused | undefined {
  const { profile } = walk;
  const running = profile.runs.filter(isRunning);
  const rivals = running.flatMap((run) => {
    const other = walk.arms(run.session).trigger(run.trigger);
    return other?.group === group ? { run, priority: other.priority } : [];
  });
  const stronger = rivals.find((rival) => rival.priority >= priority);
  if (stronger) return ["group", `${stronger.run.journey} runs, and is as strong`];
  if (running.length - rivals.length >= maxRuns) return ["too_many", `${maxRuns} journeys run already`];
  for (const { run } of rivals) leave(walk, run, "replaced");
  return undefined;
}

type Entry = Occasion & Pick<Run, "journey" | "enteredAtMs" | "arms">;

function newRun({ config, profile }: Walk, entry: Entry): Run {
  profile.seq += 1;
  const id = `run_${profile.seq.toString(36)}`;
  const { version } = config;
  const run: Run = { ...entry, id, version, step: "", afterMs: 0, scheduledAtMs: 0, settled: [], handed: [] };
  profile.runs.push(run);
  return run;
}
