import { Webhook } from "standardwebhooks";

export interface Reporting {
  /** Takes reports; tells its own time, which the demo moves. */
  EDGE: Fetcher;
  FEEDBACK_SECRET: string;
}

const more: Record<string, () => object> = {
  delivered: () => ({}),
  clicked: () => ({}),
  bounced: () => ({ bounce: { class: "hard", code: "5.1.1", reason: "no such user" } }),
  converted: () => ({ order: { id: crypto.randomUUID(), value: 24, currency: "EUR" } }),
};

async function edgeNowMs(edge: Fetcher): Promise<number> {
  const answer = await edge.fetch("http://127.0.0.1/dev/clock", { method: "POST", body: "{}" });
  return Math.round((await answer.json<{ atMs: number }>()).atMs);
}

/** Says of a message what an e-mail tool would, signed as one signs. @returns whether the edge took it */
export async function report({ EDGE, FEEDBACK_SECRET }: Reporting, to: string, id: string, what: string): Promise<boolean> {
  const about = Object.hasOwn(more, what) ? more[what] : undefined;
  if (!about) return false;
  const at = new Date(Math.floor((await edgeNowMs(EDGE)) / 1000) * 1000);
  const item = { event_id: crypto.randomUUID(), message_id: id, at: at.toISOString(), channel: "email", ...about() };
  const body = JSON.stringify({ type: `message.${what}`, timestamp: at.toISOString(), data: [item] });
  const webhookId = crypto.randomUUID();
  const headers = {
    "content-type": "application/json",
    "webhook-id": webhookId,
    "webhook-timestamp": String(at.getTime() / 1000),
    "webhook-signature": new Webhook(FEEDBACK_SECRET).sign(webhookId, at, body),
  };
  return (await EDGE.fetch(`http://127.0.0.1${new URL(to).pathname}`, { method: "POST", headers, body })).ok;
}
