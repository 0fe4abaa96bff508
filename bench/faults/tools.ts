import http from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";

/** How a tool treats what reaches it. Each fault strikes a message once, on whatever attempt comes first. */
export const faults = {
  steady: () => "take",
  failing: () => 500,
  throttling: () => 429,
  moving: () => 301,
  retiring: () => 410,
  hanging: () => "hang",
  resetting: () => "reset",
  /** Takes it, and says so only when nobody listens any more. */
  dawdling: () => "late",
  /** Takes it, and loses the answer. */
  mumbling: () => "lost",
} satisfies Record<string, () => Fault>;

export type Fault = "take" | "hang" | "reset" | "late" | "lost" | number;
export type Tool = keyof typeof faults;
export const tools = Object.keys(faults) as Tool[];

export const secretNameOf = (tool: Tool): string => `DEST_PK_DEMO_${tool.toUpperCase()}`;

/** One request that a tool had. */
export interface Arrival {
  tool: Tool;
  id: string;
  atMs: number;
  /** By the edge's clock, which was moved. */
  edgeAtMs: number;
  /** What it is about: two ids for one of these are a message sent twice. */
  about: string;
  session: string;
  expiresAtMs: number;
  /** The tool has it now, whether or not it said so. */
  isTaken: boolean;
  isVerified: boolean;
}

interface Body {
  type: string;
  data: {
    send?: { expires_at: string };
    why?: { step: string };
    moment?: { id: string; band: string; at: string };
    correlation: { session: string };
  };
}

const reportWithinMs = 24 * 3_600_000;
/** Beyond the edge's patience of 15 s. */
const lateMs = 16_500;

function aboutOf({ type, data: { why, moment, correlation, send } }: Body) {
  const what = type === "message.send" ? `step ${why?.step}` : `${moment?.id} ${moment?.band}`;
  const expiresAtMs = send ? Date.parse(send.expires_at) : Date.parse(moment?.at ?? "") + reportWithinMs;
  return { about: `${type} ${correlation.session} ${what}`, session: correlation.session, expiresAtMs };
}

/** All downstream tools on one port, told apart by the name they are called by. */
export async function startTools(secrets: Readonly<Record<string, string>>, share: () => number, edgeNow: () => number) {
  const arrivals: Arrival[] = [];
  const struck = new Set<string>();
  const refusing = new Set<Tool>();
  let isCalm = true;
  const verifiers = new Map(tools.map((tool) => [tool, new Webhook(secrets[secretNameOf(tool)] ?? "")]));

  function treat(tool: Tool, id: string): Fault {
    if (refusing.has(tool)) return "hang";
    if (isCalm || struck.has(id) || share() > 0.4) return "take";
    struck.add(id);
    return faults[tool]();
  }

  const server = http.createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      const tool = (request.headers.host ?? "").split(".")[0] as Tool;
      const verifier = verifiers.get(tool);
      if (!verifier || request.method !== "POST") {
        response.writeHead(404).end();
        return;
      }
      const id = String(request.headers["webhook-id"]);
      const headers = request.headers as Record<string, string>;
      const isVerified = isSigned(() => verifier.verify(text, headers));
      const body = JSON.parse(text) as Body;
      if (body.type !== "message.send" && body.type !== "moment.detected") {
        response.end("{}");
        return;
      }
      const how = treat(tool, id);
      const isTaken = how === "take" || how === "late" || how === "lost";
      arrivals.push({ tool, id, atMs: Date.now(), edgeAtMs: edgeNow(), ...aboutOf(body), isTaken, isVerified });
      if (how === "take") response.end("{}");
      else if (how === "late") setTimeout(() => response.end("{}"), lateMs).unref();
      else if (how === "reset" || how === "lost") request.socket.destroy();
      else if (typeof how === "number") response.writeHead(how, said[how]).end();
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    arrivals,
    calm: (on: boolean) => {
      isCalm = on;
    },
    /** From now on, or no longer, this tool answers nobody. */
    refuse: (tool: Tool, on: boolean) => (on ? refusing.add(tool) : refusing.delete(tool)),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const said: Record<number, Record<string, string>> = {
  301: { location: "https://elsewhere.example/" },
  429: { "retry-after": "2" },
};

function isSigned(verify: () => unknown): boolean {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
}
