import type { Journey, Step, Trigger } from "../site/compile-journeys.ts";
import { advance, leave } from "./advance.ts";
import { ago } from "./ago.ts";
import { maxRuns, type Occasion, type Run, titleOf } from "./run.ts";
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
  const same = walk.profile.runs.find((run) => isRunning(run) && run.journey === trigger.journey);
  const ways = walk.arms({ ...same, session: id });
  const journey = ways.journey(trigger.journey);
  const step = journey && at !== undefined ? ways.step(journey, at) : undefined;
  const session = walk.profile.sessions[id];
  if (!journey || !step || !session) {
    sayNot(walk, occasion, "removed", session ? "there is no such step" : "its session is forgotten");
    return;
  }

  const enrolment = `${trigger.name} ${moment.page}/${moment.kind}`;
  const isEnrolled = session.enrolled.includes(enrolment);
  if (same && !leadsOn(walk, trigger, occasion, same, journey, step)) {
    if (!isEnrolled) sayNot(walk, occasion, "running", `${titleOf(journey.name)} runs already`);
    return;
  }
  if (!same && isEnrolled) return;
  const refused =
    (same?.trigger !== trigger.name && tooSoon(walk, trigger)) || (same ? undefined : refusal(walk, trigger, occasion));
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
  const title = titleOf(journey.name);
  const began = title === journey.name ? `led into ${title} at` : "begins:";
  const said = same ? `moved on to ${step.id} of ${title}` : `${trigger.name} ${began} ${step.id}`;
  walk.sayOf(run, same ? "moved" : "entered", said);
  advance(walk, run);
}

/**
 * A moment of the band `now` takes a journey that runs to the step for it, unless that or one after it is over, or something
 * stronger had begun it.
 */
function leadsOn(walk: Walk, trigger: Trigger, { moment }: Occasion, run: Run, { steps }: Journey, step: Step): boolean {
  const place = steps.findIndex(({ id }) => id === step.id);
  const isPast = steps.some(({ id }, i) => i >= place && run.settled.includes(id));
  const isWeaker = trigger.priority < (walk.arms(run).trigger(run.trigger)?.priority ?? 0);
  return moment.band === "now" && trigger.enter.now !== undefined && run.step !== step.id && !isPast && !isWeaker;
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
function refusal(walk: Walk, { group, priority }: Trigger, occasion: Occasion): Refused | undefined {
  const { profile, nowMs } = walk;
  const rivals = profile.runs.flatMap((run) => {
    const other = walk.arms(run).trigger(run.trigger);
    return other?.group === group ? { run, priority: other.priority } : [];
  });
  const asStrong = rivals.filter((rival) => rival.priority >= priority).map(({ run }) => run);
  const stronger = asStrong.find(isRunning);
  if (stronger) return ["group", `${titleOf(stronger.journey)} runs, and is as strong`];
  const answered = asStrong.find((run) => isAnswer(run, occasion, nowMs));
  if (answered) return ["group", `${answered.trigger} has answered it, and is as strong`];
  const weaker = rivals.map(({ run }) => run).filter(isRunning);
  if (profile.runs.filter(isRunning).length - weaker.length >= maxRuns) return ["too_many", `${maxRuns} journeys run already`];
  for (const run of weaker) leave(walk, run, "replaced");
  return undefined;
}

/**
 * What began with the same moment, or was said just now, has had its turn, though it may be over already: for as long as the run is
 * kept, so while anything it said may still arrive or its goal may be reached. Later the same moment, risen anew, is a new occasion.
 */
const isAnswer = ({ moment: { page, kind }, session, handed }: Run, { moment, ...of }: Occasion, nowMs: number): boolean =>
  (page === moment.page && kind === moment.kind && session === of.session) || handed.some(({ atMs }) => atMs === nowMs);

type Entry = Occasion & Pick<Run, "journey" | "enteredAtMs" | "arms">;

function newRun({ config, profile }: Walk, entry: Entry): Run {
  profile.seq += 1;
  const id = `run_${profile.seq.toString(36)}`;
  const { version } = config;
  const run: Run = { ...entry, id, version, step: "", afterMs: 0, scheduledAtMs: 0, settled: [], handed: [], fallbacks: [] };
  profile.runs.push(run);
  return run;
}
