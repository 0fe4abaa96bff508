import { DurableObject } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { type Reporting, report } from "./inbox-report.ts";

/** The demo's stand-in for an email tool: it takes webhooks, checks their signature and shows them. Never in production. */
interface Env extends Reporting {
  INBOX: DurableObjectNamespace<Inbox>;
  WEBHOOK_SECRET: string;
}

const kept = 200;
const heartbeatMs = 15_000;

const json = (value: unknown, status = 200): Response => Response.json(value, { status });

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const receivedAtMs = Date.now();
    const { pathname } = new URL(request.url);
    const inbox = env.INBOX.getByName("inbox");
    if (request.method === "POST" && pathname === "/hook") return take(request, env, inbox, receivedAtMs);
    if (request.method === "GET" && pathname === "/inbox/messages") return json((await inbox.list()).map(toArrival));
    if (request.method === "DELETE" && pathname === "/inbox/messages") {
      await inbox.clear();
      return new Response(null, { status: 204 });
    }
    if (request.method === "POST" && pathname === "/inbox/say") return say(request, env, inbox);
    if (request.method === "GET" && pathname === "/inbox/events") return inbox.fetch(request);
    return json({ title: "nothing here" }, 404);
  },
};

async function take(request: Request, env: Env, inbox: DurableObjectStub<Inbox>, receivedAtMs: number): Promise<Response> {
  const body = await request.text();
  try {
    new Webhook(env.WEBHOOK_SECRET).verify(body, Object.fromEntries(request.headers));
  } catch {
    return json({ title: "the signature does not fit" }, 401);
  }
  const attempt = Number(request.headers.get("cusp-attempt")) || 1;
  await inbox.take(request.headers.get("webhook-id") ?? "", attempt, receivedAtMs, body);
  return json({ status: "accepted" });
}

/** Another site's page cannot send this type without being asked first. */
async function say(request: Request, env: Env, inbox: DurableObjectStub<Inbox>): Promise<Response> {
  if (request.headers.get("content-type") !== "application/json") return json({ title: "send JSON" }, 415);
  const { id, what } = await request.json<{ id?: unknown; what?: unknown }>();
  const row = (await inbox.list()).find((one) => one.id === id);
  const { data } = JSON.parse(row?.body ?? "{}") as { data?: { report_to?: string } };
  const isTaken = row && data?.report_to && (await report(env, data.report_to, row.id, String(what)));
  return isTaken ? json({ status: "taken" }) : json({ title: "the edge did not take it" }, 422);
}

type Row = { id: string; attempt: number; repeats: number; received_at_ms: number; body: string };

function toArrival({ body, ...row }: Row) {
  const parsed = JSON.parse(body) as { type?: unknown };
  return { ...row, type: String(parsed.type), verified: true, body: parsed };
}

export class Inbox extends DurableObject<Env> {
  #listeners = new Set<WritableStreamDefaultWriter<Uint8Array>>();
  #heartbeat: ReturnType<typeof setInterval> | undefined;
  #sql: SqlStorage;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#sql = state.storage.sql;
    this.#sql.exec(
      `CREATE TABLE IF NOT EXISTS arrival (
        seq INTEGER PRIMARY KEY, id TEXT UNIQUE, attempt INTEGER, repeats INTEGER DEFAULT 0, received_at_ms INTEGER, body TEXT)`,
    );
  }

  take(id: string, attempt: number, receivedAtMs: number, body: string): void {
    const had = this.#sql.exec("UPDATE arrival SET repeats = repeats + 1 WHERE id = ? RETURNING id", id).toArray();
    if (had.length) return;
    const row: Row = { id, attempt, repeats: 0, received_at_ms: receivedAtMs, body };
    const insert = "INSERT OR IGNORE INTO arrival (id, attempt, received_at_ms, body) VALUES (?, ?, ?, ?)";
    this.#sql.exec(insert, id, attempt, receivedAtMs, body);
    this.#sql.exec("DELETE FROM arrival WHERE seq <= (SELECT max(seq) FROM arrival) - ?", kept);
    this.#tell(`data: ${JSON.stringify(toArrival(row))}\n\n`);
  }

  list(): Row[] {
    return this.#sql.exec<Row>("SELECT id, attempt, repeats, received_at_ms, body FROM arrival ORDER BY seq DESC").toArray();
  }

  clear(): void {
    this.#sql.exec("DELETE FROM arrival");
    this.#tell("event: cleared\ndata: {}\n\n");
  }

  override fetch(request: Request): Response {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const listener = writable.getWriter();
    this.#listeners.add(listener);
    this.#heartbeat ??= setInterval(() => this.#tell(": still here\n\n"), heartbeatMs);
    request.signal.addEventListener("abort", () => this.#drop(listener));
    this.#tell("retry: 1000\n\n");
    return new Response(readable, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
  }

  #tell(text: string): void {
    const bytes = new TextEncoder().encode(text);
    for (const listener of this.#listeners) listener.write(bytes).catch(() => this.#drop(listener));
  }

  #drop(listener: WritableStreamDefaultWriter<Uint8Array>): void {
    this.#listeners.delete(listener);
    listener.abort().catch(() => undefined); // it is gone already
    if (this.#listeners.size) return;
    clearInterval(this.#heartbeat ?? null);
    this.#heartbeat = undefined;
  }
}
