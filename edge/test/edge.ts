import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, vi } from "vitest";
import type { Signal } from "../../contract/signals.ts";
import type { Batch } from "../../contract/wire.ts";
import { type UserTokenPayload, userToken } from "../../server/user-token.ts";
import { type Env, objectName } from "../env.ts";
import { messagePrefix } from "../objects/person/names.ts";
import shop from "./shop.yaml?raw";

/** The edge through its front door, in workerd, with a receiver that tells what came. */
export const origin = "http://127.0.0.1:8787";
export const bindings = env as unknown as Env & { RECEIVER: Fetcher };
const worker = (exports as unknown as { default: Fetcher }).default;

export interface Hook {
  id: string;
  attempt: string;
  headers: Headers;
  text: string;
  body: { type: string; data: Record<string, never> & { why?: { trigger: string }; moment?: { kind: string } } };
}

/** How the ids of messages begin of whoever did something: in this test, and in those before it. */
const people = new Set<string>();
const earlier = new Set<string>();

afterEach(() => {
  for (const one of people) earlier.add(one);
  people.clear();
});

const isEarlier = (id: string) => earlier.has(id.slice(0, id.lastIndexOf("_") + 1));

/** Answers every webhook with `answer` and keeps what came, but for what is still owed to people of an earlier test. */
export function receiver(answer: (hook: Hook) => Response | Promise<Response> = () => new Response("{}")): Hook[] {
  const came: Hook[] = [];
  vi.spyOn(bindings.RECEIVER, "fetch").mockImplementation(async (url, init) => {
    const request = new Request(url as string, init as RequestInit);
    const text = await request.text();
    const { headers } = request;
    const id = headers.get("webhook-id") ?? "";
    const hook: Hook = { id, attempt: headers.get("cusp-attempt") ?? "", headers, text, body: JSON.parse(text) };
    if (isEarlier(id)) return new Response("{}");
    came.push(hook);
    return await answer(hook);
  });
  return came;
}

export const call = (path: string, init: RequestInit = {}) => worker.fetch(new Request(`${origin}${path}`, init));

export const admin = (path: string, init: RequestInit = {}) =>
  call(`/v1/admin${path}`, { ...init, headers: { authorization: "Bearer admin-token-of-the-tests-0123456789abcdef" } });

export async function pushDemo(change: (yaml: string) => string = (yaml) => yaml): Promise<void> {
  const answer = await admin("/sites/pk_demo/file", { method: "PUT", body: change(shop) });
  if (!answer.ok) throw new Error(await answer.text());
}

/** A user who is named without a token is signed in by the shop's server: with an address, and leave to write to it. */
export const post = async (body: unknown, headers: Record<string, string> = {}) => {
  if (typeof body === "object" && body) isHere(body as Partial<Batch>);
  return await call("/v1/batches", {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(await signedIn(body as Partial<Batch>)),
    headers: { "content-type": "text/plain", origin, ...headers },
  });
};

function isHere({ visitor, user }: Partial<Batch>): void {
  const names = [
    ...(visitor ? [objectName("pk_demo", "v", visitor)] : []),
    ...(user?.id ? [objectName("pk_demo", "u", user.id)] : []),
  ];
  for (const name of names) people.add(messagePrefix(bindings.PERSON.idFromName(name).toString()));
}

export const identitySecret = "identity-secret-of-the-tests-0123456789abcdef";

async function signedIn<T extends Partial<Batch> | null>(batch: T): Promise<T> {
  if (!batch?.user?.id || batch.user.token !== undefined) return batch;
  const { id } = batch.user;
  const token = tokens.get(id) ?? (await tokenOf(id));
  tokens.set(id, token);
  return { ...batch, user: { id, token } };
}

/** Until the clock is moved. */
const tokens = new Map<string, string>();

const leave = { status: "granted", at: Date.UTC(2026, 0, 1), source: "checkout" } as const;

/** One for each user: an address has caps of its own. */
function phoneOf(user: string): string {
  let number = 0;
  for (const char of user) number = (number * 31 + char.charCodeAt(0)) % 10_000_000;
  return `+336${String(number).padStart(8, "0")}`;
}

/** What the shop's server signs for a user, unless told otherwise. */
export async function tokenOf(user: string, more: Partial<UserTokenPayload> = {}, secret = identitySecret): Promise<string> {
  const iat = (await now()) / 1000;
  const exp = Math.floor(iat) + 12 * 3600;
  const opt_in = { email: leave, sms: leave, push: leave };
  return await userToken(
    { site: "pk_demo", user, iat, exp, email: `${user}@shop.example`, phone: phoneOf(user), opt_in, ...more },
    secret,
  );
}

/** Moves the demo's clock. */
export const skip = (ms: number) => {
  tokens.clear();
  return call("/dev/clock", { method: "POST", body: JSON.stringify({ skip_ms: ms }) });
};

export async function now(): Promise<number> {
  const moved = await (await call("/dev/clock", { method: "POST", body: "{}" })).json<{ atMs: number }>();
  return Math.round(moved.atMs);
}

type Somebody = Pick<Batch, "visitor" | "user">;

/** The object that a batch ends up in. */
export const personOf = ({ visitor, user }: Somebody) =>
  bindings.PERSON.getByName(user ? objectName("pk_demo", "u", user.id) : objectName("pk_demo", "v", visitor));

export const runAlarm = (batch: Somebody) => runDurableObjectAlarm(personOf(batch) as never);

/** What the object owes: its messages, and the system's instant at which its alarm will ring. */
export const owed = (batch: Somebody) =>
  runInDurableObject(personOf(batch) as never, async (_person, { storage }) => ({
    rows: [...underway(storage.sql), ...waiting(storage.sql)],
    alarmAtMs: (await storage.getAlarm()) ?? Number.NaN,
  }));

type OwedRow = { state: string; attempt: number; due_at: number };

/** What is on its first attempt, as the row of messages says. */
function underway(sql: SqlStorage): OwedRow[] {
  const [mail] = sql.exec<{ json: string }>("SELECT json FROM profile WHERE id = 0").toArray();
  const { underway: seqs } = JSON.parse(mail?.json ?? '{"underway":[]}') as { underway: number[] };
  return seqs.map((seq) => {
    const { json } = sql.exec<{ json: string }>("SELECT json FROM profile WHERE id = ?", seq).one();
    return { state: "underway", ...(JSON.parse(json) as Omit<OwedRow, "state">) };
  });
}

const waiting = (sql: SqlStorage): OwedRow[] =>
  sql.exec("SELECT name FROM sqlite_master WHERE name = 'outbox'").toArray().length
    ? sql.exec<OwedRow>("SELECT state, attempt, due_at FROM outbox WHERE state IN ('pending', 'begun')").toArray()
    : [];

type Unplaced = Signal extends infer S
  ? S extends Signal
    ? Omit<S, "n" | "page" | "at"> & { at?: number; page?: string }
    : never
  : never;

type More = Omit<Partial<Batch>, "user"> & { user?: Batch["user"] | undefined };

/** A batch of a new visitor, who is signed in (`post`) unless `user` is undefined; signals are numbered, `at` counts ms from `fromMs`. */
export function batchOf(signals: Unplaced[], more: More = {}, fromMs = Date.now() - 60_000): Batch {
  const { visitor = crypto.randomUUID(), user, ...rest } = more;
  const who = "user" in more ? user : { id: `u-${visitor.slice(-8)}` };
  return {
    v: 1,
    site: "pk_demo",
    visitor,
    ...(who && { user: who }),
    stream: crypto.randomUUID(),
    session: { id: crypto.randomUUID(), started_at: fromMs, number: 1 },
    sent_at: Date.now(),
    consent: "granted",
    signals: signals.map((signal, i) => ({ n: i + 1, page: "p1", ...signal, at: fromMs + (signal.at ?? i) }) as Signal),
    ...rest,
  };
}

/** 20 s on the pricing page, scrolled halfway, nothing clicked. */
export const hesitation: Unplaced[] = [
  { kind: "page_view", url: "https://shop.example/pricing", device: "desktop" },
  { kind: "scroll_depth", depth: 0.5, at: 5000 },
  { kind: "dwell", engaged_ms: 20_000, at: 20_000 },
];
