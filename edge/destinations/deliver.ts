import type { MessageSend } from "../outbox/message-send.ts";
import type { Row } from "../outbox/outbox.ts";
import type { Outcome } from "../outbox/retry.ts";
import type { Destination } from "../site/schema/messages.ts";
import type { Adapter, Call, PushSubscription } from "./adapter.ts";
import { callWithin, Redirected, type Send, Unsent } from "./call.ts";
import { messageUuid } from "./message-uuid.ts";
import { mayDouble } from "./vendors.ts";
import { webhooks } from "./webhook.ts";

interface To {
  destination: Pick<Destination, "url" | "vendor" | "settings">;
  secrets: string;
  /** The message's. */
  id: string;
  subscriptions: readonly PushSubscription[];
}

export type Deliver = (to: To, row: Pick<Row, "body" | "attempt">) => Promise<Outcome>;

type Spoken = Pick<Destination, "vendor" | "settings">;
/** What vendors speak is loaded with the first message for one of them. */
async function adapterFor({ vendor, settings }: Spoken): Promise<Adapter | undefined> {
  if (vendor === undefined) return undefined;
  const { adapterOf } = await import("./adapters.ts");
  return adapterOf(vendor, settings);
}

/** Makes attempts, each for one recipient, to an address of the site's own or a vendor's. Never throws. */
export function deliverBy(send: Send, edgeUrl: string | undefined): Deliver {
  const webhook = webhooks();

  return async ({ destination, secrets, id, subscriptions }, row) => {
    const { url } = destination;
    const adapter = await adapterFor(destination);
    const { call, last } = callWithin({ edgeUrl, secrets, ...(adapter && { hosts: adapter.hosts }) }, send);
    const tried = async (): Promise<Outcome> => {
      if (url !== undefined) return await webhook({ url, secrets, id }, row, call);
      return adapter ? await byVendor(adapter, { destination, secrets, id, subscriptions }, row, call) : noAdapter;
    };
    const outcome = await tried().catch((error: unknown): Outcome => {
      if (error instanceof Unsent) return { state: "failed", reason: error.message };
      if (error instanceof Redirected) return { state: "again" };
      // Refused, reset, timed out: all the same to the one who waits.
      return mayDouble(destination) ? { state: "unknown" } : { state: "again", unanswered: true };
    });
    const answered = last() ?? outcome.answered;
    return answered ? { ...outcome, answered } : outcome;
  };
}

const noAdapter: Outcome = { state: "failed", reason: "this edge does not speak to that vendor" };

async function byVendor(
  adapter: Adapter,
  { destination, secrets, id, subscriptions }: To,
  { body }: Pick<Row, "body">,
  call: Call,
): Promise<Outcome> {
  const { type, timestamp, data } = JSON.parse(body) as MessageSend;
  if (type !== "message.send") return { state: "failed", reason: "a vendor takes messages only" };
  if (!adapter.secretPattern.test(secrets)) return { state: "failed", reason: `its secret must look like ${adapter.secretLike}` };
  const defaults = Object.entries(adapter.settings).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value]],
  );
  const parcel = {
    message: data,
    uuid: await messageUuid(id),
    decidedAtMs: Date.parse(timestamp),
    settings: { ...Object.fromEntries(defaults), ...destination.settings },
    secret: secrets,
    subscriptions,
    nowMs: Date.now(),
  };
  return await adapter.deliver(parcel, call);
}
