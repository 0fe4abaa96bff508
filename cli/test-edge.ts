import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, vi } from "vitest";

export interface Asked {
  method: string | undefined;
  url: string;
  token: string | undefined;
  body: string;
}

type Reply = { status?: number; body: unknown };

/** An edge that answers as a test says, and what was asked of it and printed. */
export function testEdge() {
  const asked: Asked[] = [];
  const printed: string[] = [];
  const state = { reply: (_asked: Asked): Reply => ({ body: {} }) };
  const server = http.createServer((request, response) => void answered(request, response));
  async function answered(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url = "", headers } = request;
    const one = { method, url: decodeURIComponent(url), token: headers.authorization, body: Buffer.concat(chunks).toString() };
    asked.push(one);
    const { status = 200, body } = state.reply(one);
    response.writeHead(status).end(typeof body === "string" ? body : JSON.stringify(body));
  }
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterAll(() => server.close());
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
    asked.length = 0;
    printed.length = 0;
  });
  return {
    asked,
    printed,
    /** What the next calls are answered. */
    answer(reply: (asked: Asked) => Reply) {
      vi.stubEnv("CUSP_ADMIN_TOKEN", "the token");
      vi.spyOn(console, "log").mockImplementation((text: string) => void printed.push(text));
      vi.spyOn(console, "error").mockReturnValue();
      state.reply = reply;
    },
    get edge() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
  };
}
