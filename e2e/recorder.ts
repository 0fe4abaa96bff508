import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Accepted, Batch } from "../contract/wire.ts";

export interface Taken {
  atMs: number;
  batch: Batch;
  status: number;
  /** Present when the edge took the batch. */
  accepted?: Accepted;
}

/** "down" refuses every connection; "answers lost" lets batches through to the edge and cuts the way back. */
export type Network = "up" | "down" | "answers lost";

export interface Recorder {
  url: string;
  /** What was posted, in the order in which the edge answered. */
  taken: Taken[];
  network: (how: Network) => void;
  close: () => Promise<void>;
}

/** Stands between the browser and an edge, serves pages of its own, and writes down every batch with its answer. */
export async function startRecorder(edge: string, pages: (path: string) => string | undefined): Promise<Recorder> {
  const taken: Taken[] = [];
  let network: Network = "up";
  const agent = new http.Agent({ keepAlive: true });

  function note(path: string | undefined, body: Buffer, status: number, answer: Buffer): void {
    if (path !== "/v1/batches") return;
    const batch = JSON.parse(body.toString()) as Batch;
    const accepted = status === 202 && (JSON.parse(answer.toString()) as Accepted);
    taken.push({ atMs: Date.now(), batch, status, ...(accepted && { accepted }) });
  }

  const server = http.createServer((request, response) => {
    if (network === "down") {
      request.socket.destroy();
      return;
    }
    const { url = "/", method, headers } = request;
    const page = pages(url);
    if (page !== undefined) {
      response.writeHead(200, { "content-type": url.endsWith(".js") ? "text/javascript" : "text/html" }).end(page);
      return;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const ours = { ...headers, host: new URL(edge).host, ...(headers.origin && { origin: edge }) };
      const onwards = http.request(`${edge}${url}`, { method, headers: ours, agent }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () => {
          const text = Buffer.concat(parts);
          note(url, body, answer.statusCode ?? 0, text);
          if (network === "up") response.writeHead(answer.statusCode ?? 502, answer.headers).end(text);
          else request.socket.destroy();
        });
      });
      onwards.on("error", () => request.socket.destroy());
      onwards.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    network(next) {
      network = next;
      if (next === "down") server.closeAllConnections();
    },
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
