import type { Run } from "../profile/run.ts";
import type { Profile } from "../profile/state.ts";
import type { Arm, Experiment } from "../site/compile-experiments.ts";
import type { Journey, Step, Trigger } from "../site/compile-journeys.ts";
import type { Message } from "../site/schema/messages.ts";
import type { SiteConfig } from "../site/site-config.ts";

/** A number of 0–1 that is the same for the same words wherever and whenever it is asked for: FNV-1a, with the end of Murmur3. */
export function shareOf(...words: string[]): number {
  let hash = 0x811c9dc5;
  for (const char of words.join("\n")) hash = Math.imul(hash ^ (char.codePointAt(0) as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

type Somebody = Pick<Profile, "site" | "person" | "subject">;

export function armOf({ name, by, arms }: Experiment, { site, person, subject = person }: Somebody, session: string): Arm {
  let left = shareOf(site, name, by === "person" ? subject : session);
  const chosen = arms.find(({ probability }) => {
    left -= probability;
    return left < 0;
  });
  return chosen ?? (arms.at(-1) as Arm); // the shares add up to 1 less a rounding error
}

/** A session, or a run that began in one: the arms that it began with stay its own as long as there are such. */
export type Within = Pick<Run, "session"> & Partial<Pick<Run, "arms">>;

/** The experiments as one person meets them. */
export function armsFor(
  { experiments, triggers, journeys, file }: SiteConfig,
  somebody: Somebody,
  { session, arms: noted = [] }: Within,
) {
  const met = experiments.map((experiment) => {
    const had = noted.find(({ id }) => id === experiment.name);
    const kept = had && experiment.arms.find(({ id }) => id === had.arm);
    return { ...experiment, arm: kept ? { ...kept, probability: had.probability } : armOf(experiment, somebody, session) };
  });

  const ofStep = (journey: string, step: string) =>
    met.filter(({ of }) => "step" in of && of.journey === journey && of.step === step);
  const ofMessage = (message: string) => met.filter(({ of }) => "message" in of && of.message === message);
  const ofTrigger = (trigger: string) => met.filter(({ of }) => "trigger" in of && of.trigger === trigger);

  /** The journey of a trigger's own message bears one name in all arms. */
  const journey = (name: string): Journey | undefined =>
    met.find(({ arm }) => arm.journey?.name === name)?.arm.journey ??
    (Object.hasOwn(journeys, name) ? journeys[name] : undefined);

  function step(journey: Journey, id: string): Step | undefined {
    const written = journey.steps.find((one) => one.id === id);
    return written && ofStep(journey.name, id).reduce<Step>((was, { arm }) => arm.step ?? was, written);
  }

  return {
    trigger: (name: string): Trigger | undefined => {
      const written = triggers.find((one) => one.name === name);
      return written && ofTrigger(name).reduce<Trigger>((was, { arm }) => arm.trigger ?? was, written);
    },
    journey,
    step,
    message: (name: string): Message | undefined =>
      ofMessage(name).reduce<Message | undefined>((was, { arm }) => arm.message ?? was, file.messages[name]),
    /** Every arm that has a say in a journey that this trigger began, whether or not its step is reached. */
    touching(trigger: string, name: string) {
      const way = journey(name);
      const steps = way?.steps ?? [];
      const messages = steps.map(({ id, message }) => (way && step(way, id)?.message) ?? message);
      return [
        ...ofTrigger(trigger),
        ...steps.flatMap(({ id }) => ofStep(name, id)),
        ...[...new Set(messages)].flatMap(ofMessage),
      ].map(({ name, arm }) => ({ id: name, arm: arm.id, probability: arm.probability }));
    },
    /** The experiment whose control this is, if any. */
    control: (trigger: string, journey: string, step: string, message: string): string | undefined =>
      [...ofTrigger(trigger), ...ofStep(journey, step), ...ofMessage(message)].find(({ arm }) => arm.sendsNothing)?.name,
  };
}
