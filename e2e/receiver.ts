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
      person?: { id: string };
      why?: { trigger: string; text: string; moment: Moment };
      moment?: Moment;
      content?: { template: string };
      correlation: { session: string };
    };
  };
}

export interface Moment {
  kind: string;
  score: number;
  band: string;
  at: string;
  evidence: { name: string; value: unknown; adds: number }[];
}

/** A status, or: "hang" never answers, "reset" destroys the connection. A redirect leads to `elsewhere` of this receiver. */
type Answer = number | "hang" | "reset";

export interface Receiver {
  port: number;
  hooks: Hook[];
  /** How many requests came to where a redirect leads. */
  strays: () => number;
  /** What to answer: 200 unless told otherwise. */
  answer: (how: Answer) => void;
  /** Destroys every connection, whatever hangs on it. */
  drop: () => void;
  close: () => Promise<void>;
}

const elsewhere = "/elsewhere";

/** Plays the downstream tool: keeps what comes. */
export async function startReceiver(): Promise<Receiver> {
  const hooks: Hook[] = [];
  let how: Answer = 200;
  let strays = 0;
  const server = http.createServer((request, response) => {
    if (request.url === elsewhere) {
      strays += 1;
      response.end("{}");
      return;
    }
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
      if (how === "reset") request.socket.destroy();
      else if (how !== "hang") response.writeHead(how, how === 301 ? { location: elsewhere } : {}).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hooks,
    strays: () => strays,
    answer: (next) => {
      how = next;
    },
    drop: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
