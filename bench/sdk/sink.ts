import http from "node:http";
import type { AddressInfo } from "node:net";
import { type Ack, type Batch, take } from "../../contract/wire.ts";

/** What a library asked of its servers in one visit. Preflights are counted apart: a visitor's browser makes them, not the library. */
export interface Asked {
  scripts: string[];
  requests: number;
  preflights: number;
  bodyBytes: number;
  refused: string[];
}

export interface Sink {
  url: string;
  /** Starts a new count; a request belongs to the count of the moment in which it comes. */
  count: () => Asked;
  close: () => void;
}

/** What the edge says to a batch, without the edge. */
function edge() {
  const acks = new Map<string, Ack>();
  return (body: string) => {
    const { stream, signals } = JSON.parse(body) as Batch;
    const ack = acks.get(stream) ?? { mark: 0, ranges: [] };
    acks.set(stream, ack);
    for (const { n } of signals) take(ack, n);
    return { ack, onsite: [], settings: "bench", pass: "bench-pass-of-22-chars" };
  };
}

/** Where every library sends to, and where its files come from; another origin than the page's, as theirs are. */
export async function startSink(files: Map<string, string>, settings: string): Promise<Sink> {
  let asked: Asked;
  const count = () => {
    asked = { scripts: [], requests: 0, preflights: 0, bodyBytes: 0, refused: [] };
    return asked;
  };
  count();
  const accept = edge();

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => answered(request, response, Buffer.concat(chunks)));
  });

  function answered(request: http.IncomingMessage, response: http.ServerResponse, body: Buffer): unknown {
    const url = new URL(request.url ?? "/", "http://sink");
    response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
    response.setHeader("access-control-allow-credentials", "true");
    const answer = (status: number, type: string, content: string) =>
      response.writeHead(status, { "content-type": type }).end(content);
    const json = (content: object | string, status = 200) =>
      answer(status, "application/json", typeof content === "string" ? content : JSON.stringify(content));

    const file = files.get(url.pathname);
    if (file !== undefined) {
      asked.scripts.push(url.pathname);
      response.setHeader("cache-control", "public, max-age=86400");
      return answer(200, "text/javascript", file);
    }
    if (request.method === "OPTIONS") {
      asked.preflights++;
      response.setHeader("access-control-allow-methods", "GET, POST");
      response.setHeader("access-control-allow-headers", request.headers["access-control-request-headers"] ?? "");
      return response.writeHead(204).end();
    }
    asked.requests++;
    asked.bodyBytes += body.length;
    if (url.pathname.startsWith("/v1/sites/")) {
      response.setHeader("cache-control", "public, max-age=60");
      response.setHeader("etag", '"bench"');
      response.setHeader("access-control-expose-headers", "etag");
      return json(settings);
    }
    if (url.pathname === "/v1/batches") return json(accept(body.toString()), 202);
    if (url.pathname === "/v1/projects/bench/settings")
      return json({
        integrations: { "Segment.io": { apiKey: "bench", apiHost: `${request.headers.host}/v1`, protocol: "http" } },
      });
    if (url.pathname.startsWith("/array/") || url.pathname.startsWith("/flags"))
      return json({
        supportedCompression: ["gzip", "gzip-js"],
        featureFlags: {},
        sessionRecording: false,
        hasFeatureFlags: false,
      });
    if (request.method === "GET") asked.refused.push(url.pathname);
    return request.method === "GET" ? json({}, 404) : json({ status: 1, success: true });
  }
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
