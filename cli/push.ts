import { readFileSync, statSync } from "node:fs";
import type { Mistake } from "../edge/site/check.ts";
import { readSiteFile } from "./check.ts";
import { plain, plainJson } from "./plain.ts";
import { listed, Stop } from "./stop.ts";

const timeoutMs = 15_000;

/** Never from the command line, where every process of the machine could read it. */
function adminToken(): string {
  const { CUSP_ADMIN_TOKEN: token, CUSP_ADMIN_TOKEN_FILE: file } = process.env;
  if (token) return token;
  if (!file) throw new Stop("set CUSP_ADMIN_TOKEN, or CUSP_ADMIN_TOKEN_FILE to a file that holds the token", 2);
  try {
    if (statSync(file).mode & 0o077) throw new Stop(`${file} can be read by others; run: chmod 600 ${file}`, 2);
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(`${file} cannot be read`, 2);
  }
}

interface Answer {
  version?: number;
  site?: string;
  detail?: string;
  mistakes?: Mistake[];
}

async function call(edge: string | undefined, method: string, path: string, body?: string): Promise<Answer> {
  if (edge === undefined || !URL.canParse(edge)) throw new Stop("say which edge, like --edge https://edge.example", 2);
  const { protocol, hostname, origin } = new URL(edge);
  const isHere = hostname === "localhost" || hostname === "127.0.0.1";
  if (protocol !== "https:" && !(protocol === "http:" && isHere))
    throw new Stop(`the admin token would cross the network unencrypted; use --edge https://${plain(hostname)}`, 2);
  const headers = { authorization: `Bearer ${adminToken()}` };
  let answer: Response;
  try {
    answer = await fetch(new URL(path, edge), {
      method,
      headers,
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body }),
    });
  } catch {
    throw new Stop(`${origin} does not answer`);
  }
  const reply = (await answer.json().catch(() => ({}))) as Answer;
  if (answer.ok) return reply;
  const { mistakes = [] } = reply;
  throw new Stop(
    [`the edge refused (${answer.status}): ${plain(reply.detail ?? "no reason given")}`, listed("edge", mistakes)]
      .join("\n")
      .trim(),
    1,
    mistakes,
  );
}

export const push = {
  async file(path: string | undefined, edge: string | undefined, json: boolean): Promise<void> {
    const { source, file } = readSiteFile(path);
    const { version } = await call(edge, "PUT", `/v1/admin/sites/${file.site}/file`, source);
    console.log(json ? plainJson({ ok: true, version }) : plain(`${path} is version ${version} of ${file.site}`));
  },
  async key(edge: string | undefined, json: boolean): Promise<void> {
    const { site } = await call(edge, "POST", "/v1/admin/sites");
    console.log(json ? plainJson({ ok: true, site }) : plain(site));
  },
};
