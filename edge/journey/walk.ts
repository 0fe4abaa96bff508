import type { Condition, ConditionFacts } from "../decide/conditions.ts";
import { factsAround } from "../decide/decide.ts";
import type { Profile } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { armsFor, type Within } from "./arms.ts";
import type { Asks } from "./offers.ts";
import { type Presence, presenceOf } from "./presence.ts";
import type { Followed, Line, Occasion, Run } from "./run.ts";

/** One look at one person at one instant, and what follows from it. */
export interface Walk extends Followed {
  config: SiteConfig;
  profile: Profile;
  nowMs: number;
  presence: Presence;
  /** Without it nobody is asked for an offer. */
  asks: Asks | undefined;
  arms: (of: Within) => ReturnType<typeof armsFor>;
  /** Whether a condition is true for whom this happened to: now, or as of `atMs`. */
  holds: (when: Condition, of: Pick<Occasion, "moment" | "session">, atMs?: number) => boolean;
  say: (what: Line["what"], text: string, more?: Partial<Line>) => Line;
  sayOf: (run: Run, what: Line["what"], text: string, more?: Partial<Line>) => Line;
}

export function walkOf(config: SiteConfig, profile: Profile, nowMs: number, asks?: Asks): Walk {
  const lines: Line[] = [];
  /** Many conditions are asked about one moment, and what is due takes its turn among them. */
  const known = new Map<object, { atMs: number; sent: Profile["sent"]; facts: ConditionFacts | undefined }>();
  const arms = new Map<string, ReturnType<typeof armsFor>>();
  const say: Walk["say"] = (what, text, more) => {
    const line = { atMs: nowMs, what, text, ...more };
    lines.push(line);
    return line;
  };
  return {
    config,
    profile,
    nowMs,
    presence: presenceOf(profile, nowMs),
    asks,
    sendings: [],
    lines,
    arms(of) {
      const key = [of.session, ...(of.arms ?? []).map(({ id, arm, probability }) => `${id} ${arm} ${probability}`)].join();
      const had = arms.get(key);
      const made = had ?? armsFor(config, profile, of);
      if (!had) arms.set(key, made);
      return made;
    },
    holds(when, of, atMs = nowMs) {
      let one = known.get(of);
      if (one?.atMs !== atMs || one.sent !== profile.sent) {
        one = { atMs, sent: profile.sent, facts: factsAround(config, profile, of, atMs, nowMs) };
        known.set(of, one);
      }
      return one.facts !== undefined && when(one.facts);
    },
    say,
    sayOf(run, what, text, more) {
      const { id, trigger, journey, step } = run;
      return say(what, text, { run: id, trigger, journey, step, ...more });
    },
  };
}
