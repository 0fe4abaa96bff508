import { DurableObject } from "cloudflare:workers";
import type { Clock } from "../clock.ts";
import type { Env } from "../env.ts";
import type { Addressed, OptIn } from "../profile/reach.ts";
import type { Purpose } from "../site/schema/words.ts";

/** A message that is about to leave for this address. */
export interface Claim {
  messageId: string;
  channel: Addressed;
  purpose: Purpose;
  topic?: string;
  /** The limits that cover it: at most so many within so long, to this address. */
  caps: { max: number; perMs: number }[];
  /** Nothing goes out without somebody's leave. */
  needsOptIn: boolean;
  /** The name of the person's object, for whoever looks a person up by an address. */
  person: string;
}

export type Cleared =
  | { ok: true }
  | { ok: false; gate: "no_opt_in" | "suppressed" | "unsubscribed" | "address_cap"; text: string };

export interface AddressObject extends Rpc.DurableObjectBranded {
  /** Takes a place under the caps for this message, once however often it is asked, or says why not. */
  claim(claim: Claim): Promise<Cleared>;
  /** Gives the place back: the message never reached anybody. */
  free(messageId: string): Promise<void>;
  /** Records somebody's leave or refusal; the newest counts. A leave given anew lifts what an older unsubscribe says. */
  record(optIn: OptIn): Promise<void>;
  suppress(why: "bounced" | "complained" | "unsubscribed", atMs: number, topic?: string): Promise<void>;
  /** Names of the objects of those who were written to here, the newest first. */
  people(): Promise<string[]>;
}

export const addressObject = (_clock: Clock) =>
  class Address extends DurableObject<Env> implements AddressObject {
    async claim(_claim: Claim): Promise<Cleared> {
      return { ok: true };
    }
    async free(_messageId: string): Promise<void> {}
    async record(_optIn: OptIn): Promise<void> {}
    async suppress(_why: "bounced" | "complained" | "unsubscribed", _atMs: number, _topic?: string): Promise<void> {}
    async people(): Promise<string[]> {
      return [];
    }
  };
