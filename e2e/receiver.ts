import http from "node:http";
import type { AddressInfo } from "node:net";

export interface Hook {
  id: string;
  attempt: string;
  atMs: number;
  headers: http.IncomingHttpHeaders;
  text: string;
  body: {
    type: string;
    data: {
      why?: { trigger: string; text: string; moment: Moment };
      moment?: Moment;
      content?: { template: string };
      correlation: { session: string };
    };
  };
}

interface Moment {
  kind: string;
  score: number;
  band: string;
  at: string;
  evidence: { name: string; value: unknown }[];
}

export interface Receiver {
  port: number;
  hooks: Hook[];
  /** What to answer: 200 unless told otherwise; "hang" never answers. */
  answer: (how: number | "hang") => void;
  close: () => Promise<void>;
}

/** Plays the downstream tool: keeps what comes. */
export async function startReceiver(): Promise<Receiver> {
  const hooks: Hook[] = [];
  let how: number | "hang" = 200;
  const server = http.createServer((request, response) => {
    if (request.method !== "POST") {
      response.writeHead(404).end(); // the demo's panel asks for its inbox
      return;
    }
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => {
      text += chunk;
    });
    request.on("end", () => {
      const { headers } = request;
      const [id, attempt] = [String(headers["webhook-id"]), String(headers["cusp-attempt"])];
      hooks.push({ id, attempt, atMs: Date.now(), headers, text, body: JSON.parse(text) });
      if (how !== "hang") response.writeHead(how).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hooks,
    answer: (next) => {
      how = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
