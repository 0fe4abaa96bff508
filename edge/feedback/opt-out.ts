import type { Env } from "../env.ts";

/** Somebody at an address wants nothing more, or nothing reaches it. */
export interface OptOut {
  /** The name of the address's object. */
  address: string;
  why: "bounced" | "complained" | "unsubscribed";
  atMs: number;
  /** Of `unsubscribed`: from this alone. */
  topic?: string | undefined;
}

/**
 * The address knows when this returns, and refuses from then on whoever it is for. Those who were written to there are told, so that
 * their journeys end; who cannot be reached just now is refused at the next message.
 */
export async function optOut({ ADDRESS, PERSON }: Pick<Env, "ADDRESS" | "PERSON">, out: OptOut): Promise<void> {
  const address = ADDRESS.getByName(out.address);
  await address.suppress(out.why, out.atMs, out.topic);
  const people = await address.people();
  await Promise.allSettled(people.map(async (name) => await PERSON.getByName(name).optedOut(out)));
}
