import type { OnsiteMessage } from "../../contract/wire.ts";
import type { Row } from "../outbox/outbox.ts";
import type { Profile } from "../profile/state.ts";

/** A message as it left: of a webhook's body, or of what a reply offers. */
export interface Said {
  id: string;
  atMs: number;
  /** The latest instant that the clock had shown by then: one that is set back does not make anything too early. */
  reachedMs: number;
  /** Which event of all it was: a clock that is set back does not undo what is known. */
  turn: number;
  who: string;
  channel: string;
  purpose: string;
  trigger: string;
  journey: string;
  step: string;
  run: string;
  session: string;
  momentAtMs: number;
  dueAtMs?: number;
  expiresAtMs: number;
  /** As the person's browser last told it. */
  zone: string | undefined;
}

type Read = Omit<Said, "atMs" | "reachedMs" | "turn" | "who">;

export function ofWebhook({ context }: Profile, { body }: Row): Read {
  const { data } = JSON.parse(body);
  const { send, why, correlation, timing } = data;
  return {
    id: data.message_id,
    channel: send.channel,
    purpose: send.purpose,
    trigger: why.trigger,
    journey: why.journey,
    step: why.step,
    run: correlation.journey_run,
    session: correlation.session,
    momentAtMs: Date.parse(timing.signal_at),
    dueAtMs: Date.parse(timing.due_at),
    expiresAtMs: Date.parse(send.expires_at),
    zone: context.time_zone,
  };
}

/** What waits for its page, by the ids of the messages. */
export const onOffer = ({ onsite = [] }: Profile): Map<string, number> =>
  new Map(onsite.map(({ body, seq }) => [(JSON.parse(body) as OnsiteMessage).id, seq]));

export function ofPage({ runs, context, onsite = [] }: Profile, seq: number): Read {
  const { body } = onsite.find((one) => one.seq === seq) as { body: string };
  const { id, channel, purpose, trigger, journey, step, expires_at } = JSON.parse(body) as OnsiteMessage;
  const run = runs.find(({ handed }) => handed.some((one) => one.seq === seq));
  return {
    ...{ id, channel, purpose, trigger, journey, step },
    run: run?.id ?? "",
    session: run?.session ?? "",
    momentAtMs: run?.momentAtMs ?? 0,
    expiresAtMs: Date.parse(expires_at),
    zone: context.time_zone,
  };
}
