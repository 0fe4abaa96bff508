import { randomUUID } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Batch } from "../contract/wire.ts";
import { userToken } from "../server/user-token.ts";

/** Counts webhooks as they come and tells when the one of a session came. */
export interface Receiver {
  port: number;
  came: (session: string) => Promise<number>;
  bytes: () => number;
  close: () => void;
}

export async function startReceiver(): Promise<Receiver> {
  const waiting = new Map<string, (ms: number) => void>();
  let bytes = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const at = performance.now();
      const text = Buffer.concat(chunks).toString();
      response.end("{}");
      bytes = text.length;
      const session = JSON.parse(text).data.correlation.session as string;
      waiting.get(session)?.(at);
      waiting.delete(session);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    came: (session) => new Promise((resolve) => waiting.set(session, resolve)),
    bytes: () => bytes,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Signed in by the site's server, with an address and leave to write to it. */
export async function signedIn(id: string, secret: string): Promise<Required<Batch>["user"]> {
  const user = `u-${id}`;
  const leave = { status: "granted", at: Date.now() - 60_000, source: "bench" } as const;
  const payload = {
    site: "pk_demo",
    user,
    exp: Math.floor(Date.now() / 1000) + 12 * 3600,
    email: `${user}@shop.example`,
    opt_in: { email: leave },
  };
  return { id: user, token: await userToken(payload, secret) };
}

/** A visit that hesitates on pricing: 20 s, half scrolled, nothing clicked. */
export function hesitatingBatch(visitor: string, more: object = {}): Batch {
  const atMs = Date.now() - 20_000;
  const page = `p${randomUUID().slice(0, 8)}`;
  return {
    v: 1,
    site: "pk_demo",
    visitor,
    stream: randomUUID(),
    session: { id: randomUUID(), started_at: atMs, number: 1 },
    sent_at: Date.now(),
    consent: "granted",
    context: {
      url: "https://shop.example/pricing",
      language: "en-GB",
      time_zone: "Europe/Paris",
      viewport: [1440, 900],
      touch: false,
    },
    signals: [
      { n: 1, at: atMs, page, kind: "page_view", url: "https://shop.example/pricing", device: "desktop" },
      { n: 2, at: atMs + 3000, page, kind: "dwell", engaged_ms: 3000 },
      { n: 3, at: atMs + 5000, page, kind: "scroll_depth", depth: 0.3 },
      { n: 4, at: atMs + 9000, page, kind: "scroll_depth", depth: 0.6 },
      { n: 5, at: atMs + 20_000, page, kind: "dwell", engaged_ms: 20_000 },
    ],
    ...more,
  };
}

/** Posts with kept connections, `connections` at most. */
export function poster(url: string, connections: number) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const post = (body: string): Promise<{ status: number; text: string; retryAfterMs: number }> =>
    new Promise((resolve, reject) => {
      const headers = { "content-type": "text/plain", origin: url, "content-length": Buffer.byteLength(body) };
      const request = http.request(`${url}/v1/batches`, { method: "POST", agent, headers }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        const retryAfterMs = 1000 * Number(response.headers["retry-after"] ?? 0);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text, retryAfterMs }));
      });
      request.on("error", reject);
      request.end(body);
    });
  return { post, close: () => agent.destroy() };
}
