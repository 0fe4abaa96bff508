import { DurableObject } from "cloudflare:workers";

/** The least that a batch-to-webhook edge can do (DESIGN §9): what Cusp's own time is measured against. */
interface Env {
  PERSON: DurableObjectNamespace<Person>;
  RECEIVER: Fetcher;
}

const encoder = new TextEncoder();
const key = encoder.encode("a key of thirty-two bytes, or so");

export class Person extends DurableObject<Env> {
  async take(text: string): Promise<void> {
    const { session, webhook_bytes } = JSON.parse(text);
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS profile (id INTEGER PRIMARY KEY, json TEXT)");
    this.ctx.storage.sql.exec("INSERT INTO profile VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET json = excluded.json", text);
    void this.ctx.storage.setAlarm(Date.now() + 20_000);
    this.ctx.waitUntil(this.#send(session.id, webhook_bytes));
  }

  async #send(session: string, bytes: number): Promise<void> {
    const body = JSON.stringify({ data: { correlation: { session } }, fill: "x".repeat(bytes) });
    const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", hmac, encoder.encode(body)));
    const signature = btoa(String.fromCharCode(...mac));
    const answer = await this.env.RECEIVER.fetch("https://inbox.example/hook", {
      method: "POST",
      body,
      headers: { "content-type": "application/json", "webhook-signature": signature },
    });
    await answer.body?.cancel();
  }

  override async alarm(): Promise<void> {}
}

export class Site extends DurableObject<Env> {}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    if (request.method === "GET") return new Response("up");
    const text = await request.text();
    const { visitor } = JSON.parse(text);
    await env.PERSON.getByName(`pk_demo/v:${visitor}`).take(text);
    return Response.json({ ack: { mark: 3, ranges: [] } }, { status: 202 });
  },
};
