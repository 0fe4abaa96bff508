import { DurableObject } from "cloudflare:workers";
import type { Clock } from "../clock.ts";
import type { Env } from "../env.ts";
import type { Word } from "../profile/words.ts";
import type { Claim, Cleared } from "./address/claim.ts";
import { emptyLedger, heard, type Ledger, newer, refusal, unsubscribe } from "./address/ledger.ts";
import { slotsAt, take } from "./address/slots.ts";

export interface AddressObject extends Rpc.DurableObjectBranded {
  /** Takes a place under the caps for this message, once however often it is asked, or says why not. */
  claim(claim: Claim): Promise<Cleared>;
  /** Gives the place back: the message never reached anybody. */
  free(messageId: string): Promise<void>;
  /** Records somebody's leave or refusal; the newest counts. A leave given anew lifts what an older unsubscribe says. */
  record(word: Pick<Word, "optIn" | "off" | "on">): Promise<void>;
  suppress(why: "bounced" | "complained" | "unsubscribed", atMs: number, topic?: string): Promise<void>;
  /** Names of the objects of those who were written to here, the newest first. */
  people(): Promise<string[]>;
}

const maxPeople = 20;

/**
 * One address of one site, whoever of its people uses it: whether anybody agreed to be written to there, what came back from it,
 * and how much went there lately. The address itself is kept nowhere. One row, read once; nothing is awaited in between.
 */
export const addressObject = (clock: Clock) =>
  class Address extends DurableObject<Env> implements AddressObject {
    #ledger: Ledger | undefined;

    async claim({ optIn, person, ...claim }: Claim): Promise<Cleared> {
      const nowMs = clock.now();
      const had = this.#read();
      const ledger = optIn ? newer(had, optIn, nowMs) : had;
      const refused = refusal(ledger, claim);
      const place = refused ?? take(slotsAt(ledger.slots, nowMs), claim, nowMs);
      const { people } = ledger;
      if (place.ok) {
        const others = people.filter((name) => name !== person);
        this.#write({ ...ledger, slots: place.slots, people: person ? [person, ...others].slice(0, maxPeople) : people });
        return { ok: true, had: place.had };
      }
      if (ledger !== had) this.#write(ledger);
      return place;
    }

    async free(messageId: string): Promise<void> {
      const ledger = this.#read();
      const slots = ledger.slots.filter(({ id }) => id !== messageId);
      if (slots.length < ledger.slots.length) this.#write({ ...ledger, slots });
    }

    async record(word: Pick<Word, "optIn" | "off" | "on">): Promise<void> {
      const had = this.#read();
      const ledger = heard(had, word, clock.now());
      if (ledger !== had) this.#write(ledger);
    }

    async suppress(why: "bounced" | "complained" | "unsubscribed", atMs: number, topic?: string): Promise<void> {
      const ledger = this.#read();
      this.#write(why === "unsubscribed" ? unsubscribe(ledger, atMs, topic) : { ...ledger, [why]: ledger[why] ?? atMs });
    }

    async people(): Promise<string[]> {
      return this.#read().people;
    }

    #read(): Ledger {
      this.#ledger ??= this.ctx.storage.kv.get<Ledger>("ledger") ?? emptyLedger;
      return this.#ledger;
    }

    #write(ledger: Ledger): void {
      this.ctx.storage.kv.put("ledger", ledger);
      this.#ledger = ledger;
    }
  };
