import { readFileSync, statSync } from "node:fs";
import type { Mistake } from "../edge/site/check.ts";
import { plain } from "./plain.ts";
import { listed, Stop } from "./stop.ts";

const timeoutMs = 15_000;

/** Which edge, as it is said on the command line. */
export interface AtEdge {
  /** Its address; else CUSP_EDGE says it. */
  edge?: string | undefined;
  /** An environment: `staging` reads CUSP_EDGE_STAGING, CUSP_ADMIN_TOKEN_STAGING and CUSP_ADMIN_TOKEN_STAGING_FILE. */
  env?: string | undefined;
  json?: boolean | undefined;
}

/** The name of a variable in an environment. */
const named = (name: string, env: string | undefined): string =>
  env === undefined ? name : name.replace(/(_FILE)?$/, `_${env.toUpperCase().replace(/[^A-Z0-9]/g, "_")}$1`);

/** Never from the command line, where every process of the machine could read it. */
function adminToken(env: string | undefined): string {
  const [ofToken, ofFile] = [named("CUSP_ADMIN_TOKEN", env), named("CUSP_ADMIN_TOKEN_FILE", env)];
  const { [ofToken]: token, [ofFile]: file } = process.env;
  if (token) return token;
  if (!file) throw new Stop(`set ${ofToken}, or ${ofFile} to a file that holds the token`, 2);
  try {
    if (statSync(file).mode & 0o077) throw new Stop(`${file} can be read by others; run: chmod 600 ${file}`, 2);
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(`${file} cannot be read`, 2);
  }
}

function edgeAddress({ edge, env }: AtEdge): URL {
  const said = edge ?? process.env[named("CUSP_EDGE", env)];
  if (said === undefined || !URL.canParse(said)) {
    const or = env === undefined ? "" : `, or set ${named("CUSP_EDGE", env)}`;
    throw new Stop(`say which edge, like --edge https://edge.example${or}`, 2);
  }
  const url = new URL(said);
  const isHere = url.hostname === "localhost" || url.hostname === "127.0.0.1";
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isHere))
    throw new Stop(`the admin token would cross the network unencrypted; use --edge https://${plain(url.hostname)}`, 2);
  return url;
}

/** What an edge answers: untrusted, like everything that is read from it. */
export type Answer = Record<string, unknown> & { mistakes?: Mistake[]; detail?: string };

export interface EdgeCall {
  json: (method: string, path: string, body?: string, type?: string) => Promise<Answer>;
  /** The text at a path; undefined where there is none. */
  text: (path: string) => Promise<string | undefined>;
}

/** Calls of the admin API, with the token of that edge. What it refuses stops the command. */
export function edgeCall(at: AtEdge): EdgeCall {
  const url = edgeAddress(at);
  const headers = { authorization: `Bearer ${adminToken(at.env)}` };

  async function ask(method: string, path: string, body?: string, type?: string): Promise<Response> {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await fetch(new URL(`/v1/admin${path}`, url), {
        method,
        headers: { ...headers, ...(type !== undefined && { "content-type": type }) },
        signal,
        ...(body === undefined ? {} : { body }),
      });
      return answer;
    } catch {
      throw new Stop(`${url.origin} does not answer`);
    }
  }
  async function refusal(answer: Response): Promise<Stop> {
    const { detail = "no reason given", mistakes: said } = (await answer.json().catch(() => ({}))) as Answer;
    const mistakes = Array.isArray(said) ? said : [];
    const text = `the edge refused (${answer.status}): ${plain(detail)}`;
    return new Stop([text, listed("edge", mistakes)].join("\n").trim(), 1, mistakes);
  }

  return {
    async json(method, path, body, type) {
      const answer = await ask(method, path, body, type);
      if (!answer.ok) throw await refusal(answer);
      return (await answer.json().catch(() => ({}))) as Answer;
    },
    async text(path) {
      const answer = await ask("GET", path);
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw await refusal(answer);
      return await answer.text();
    },
  };
}

/** The path of a site, whose key must be said. */
export function sitePath(site: string | undefined): string {
  if (site === undefined || !/^pk_[A-Za-z0-9]{4,40}$/.test(site)) throw new Stop("say which site, like --site pk_…", 2);
  return `/sites/${site}`;
}
