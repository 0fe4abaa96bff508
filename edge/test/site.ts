import { call } from "./edge.ts";

/** A site of its own for each test, and whoever asks for it. */
export const root = "admin-token-of-the-tests-0123456789abcdef";

export const as = (token: string, path: string, init: RequestInit = {}) =>
  call(`/v1/admin${path}`, { ...init, headers: { authorization: `Bearer ${token}` } });

export const send = (token: string, method: string, path: string, body: unknown) =>
  as(token, path, { method, body: typeof body === "string" ? body : JSON.stringify(body) });

export async function newSite(): Promise<string> {
  return (await (await as(root, "/sites", { method: "POST" })).json<{ site: string }>()).site;
}

/** The least that a site file may hold, and more. */
export const fileOf = (site: string, more = ""): string => `version: 1\nsite: ${site}\norigins: [https://shop.example]\n${more}`;

export const trigger = (name: string, more = ""): string => `  ${name}: { on: [exit], band: now, message: hello${more} }\n`;

/** A file with triggers of these names, each of which shows one message on the page. */
export const fileWith = (site: string, ...triggers: string[]): string =>
  fileOf(
    site,
    `triggers:\n${triggers.map((name) => trigger(name)).join("")}messages:\n  hello: { purpose: service, onsite: { title: Hello } }\n`,
  );

export async function push(site: string, source: string, query = "", token = root) {
  const answer = await send(token, "PUT", `/sites/${site}/file${query}`, source);
  return { status: answer.status, ...(await answer.json<Record<string, unknown>>()) };
}

export const get = async <T>(path: string, token = root): Promise<T> => await (await as(token, path)).json<T>();
