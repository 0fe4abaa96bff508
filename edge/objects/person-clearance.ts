import type { Clock } from "../clock.ts";
import type { Env } from "../env.ts";
import type { Profile } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";

/** Why a message may not leave, by the name of the gate. */
export interface Stop {
  gate: string;
  text: string;
}

/** What the address and the site have to say before a message leaves. */
export function clearance(_env: Env, _clock: Clock) {
  return {
    /** Takes a place under the caps of the address and from the site's budget, once for each message, or says why not. */
    async claim(_config: SiteConfig, _profile: Profile, _seq: number, _messageId: string): Promise<Stop | undefined> {
      return undefined;
    },
    /** The message never reached anybody: its place is free again. */
    free(_config: SiteConfig, _profile: Profile, _seq: number, _messageId: string): void {},
  };
}
