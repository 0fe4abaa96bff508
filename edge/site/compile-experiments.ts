import * as z from "zod";
import type { Build, Journey, Step, Trigger } from "./compile-journeys.ts";
import * as journeys from "./schema/journeys.ts";
import { type Message, message } from "./schema/messages.ts";
import type { SiteFile } from "./schema/site-file.ts";

/** One way of doing it, for its share of people. */
export interface Arm {
  id: string;
  /** 0–1. */
  probability: number;
  /** The control: nothing is sent, and what would have been is told. */
  sendsNothing: boolean;
  trigger?: Trigger;
  /** Of a trigger with a message of its own. */
  journey?: Journey;
  step?: Step;
  message?: Message;
}

export interface Experiment {
  name: string;
  by: "person" | "session";
  of: { trigger: string } | { message: string } | { journey: string; step: string };
  arms: Arm[];
}

export type Patched =
  | { ok: true; value: Record<string, unknown>; sendsNothing: boolean }
  | { ok: false; issues: z.core.$ZodIssue[] };

const shapes = {
  triggers: z.strictObject(journeys.trigger.shape).partial(),
  journeys: z.strictObject(journeys.step.shape).partial(),
  messages: z.strictObject(message.shape).partial(),
};

/** What an arm sets, read as the file itself is: durations in ms. Only the keys that it names. */
export function patchOf(patch: string, { send, ...set }: Record<string, unknown>): Patched {
  const shaped = shapes[patch.split(".")[0] as keyof typeof shapes].safeParse(set);
  if (!shaped.success) return { ok: false, issues: shaped.error.issues };
  const value = Object.fromEntries(Object.entries(shaped.data).filter(([key]) => key in set));
  return { ok: true, value, sendsNothing: send === "nothing" };
}

export function compileExperiments(file: SiteFile, { triggerOf, stepOf, messageJourney }: Build): Experiment[] {
  return Object.entries(file.experiments).map(([name, { patch, by, arms }]): Experiment => {
    const [kind, first = "", , id = ""] = patch.split(".");
    const total = Object.values(arms).reduce((sum, { weight }) => sum + weight, 0);

    function armOf(arm: string, { weight, set }: journeys.Experiment["arms"][string]): Arm {
      const read = patchOf(patch, set);
      if (!read.ok) throw new Error(`arm ${arm} of ${name} was pushed unchecked`);
      const { value, sendsNothing } = read;
      return { id: arm, probability: weight / total, sendsNothing, ...patched(value) };
    }

    function patched(set: Record<string, unknown>): Pick<Arm, "trigger" | "journey" | "step" | "message"> {
      const trigger = file.triggers[first];
      const text = file.messages[first];
      const journey = file.journeys[first];
      const step = journey?.steps.find((one) => one.id === id);
      if (kind === "triggers" && trigger) {
        const other = { ...trigger, ...set };
        // The file's own name for the step: whoever waits in it when the experiment ends goes on.
        const step = trigger.message ?? other.message;
        return { trigger: triggerOf(first, other, step), ...(other.message && { journey: messageJourney(first, other, step) }) };
      }
      if (kind === "messages" && text) return { message: { ...text, ...set } };
      if (kind === "journeys" && step) return { step: stepOf({ ...step, ...set }, journey) };
      throw new Error(`experiment ${name} was pushed unchecked: there is no ${patch}`);
    }

    const of = kind === "triggers" ? { trigger: first } : kind === "messages" ? { message: first } : { journey: first, step: id };
    return { name, by, of, arms: Object.entries(arms).map(([arm, how]) => armOf(arm, how)) };
  });
}
