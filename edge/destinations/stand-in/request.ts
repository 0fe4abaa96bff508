import type { Answer, Call } from "../adapter.ts";

export type Sent = Parameters<Call>[0];

/** What a vendor answers to one request. */
export type StandIn = (request: Sent) => Answer;

export const answer = (status: number, body?: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: new Headers(headers),
  text: body === undefined ? "" : JSON.stringify(body),
});

type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

export const objectAt = (of: unknown, ...path: string[]): Json | undefined => {
  const value = path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), of);
  return isObject(value) ? value : undefined;
};

/** Headers without regard to case, the body as an object; undefined where it is none. */
export function read({ url, method = "POST", headers, body }: Sent) {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  let json: unknown;
  try {
    json = JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body));
  } catch {
    json = undefined;
  }
  return { url: new URL(url), method, header: (name: string) => lower.get(name) ?? "", json: isObject(json) ? json : undefined };
}

/** How many of these fields are there, with a text in them. */
export const named = (of: Json, fields: readonly string[]): number =>
  fields.filter((field) => of[field] !== undefined && of[field] !== "").length;

export const isText = (value: unknown, like: RegExp): boolean => typeof value === "string" && like.test(value);
export const isSeconds = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) > 1e9 && (value as number) < 1e10;
export const isIsoTime = (value: unknown): boolean => isText(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/);
export const isAddress = (value: unknown): boolean => isText(value, /^[^\s@,;<>"()]+@[^\s@,;<>"()]+\.[a-z]{2,}$/i);
export const isNumber = (value: unknown): boolean => isText(value, /^\+[1-9]\d{6,14}$/);

/** A name of its own for what has none. */
export const nameOf = (id: unknown): string => (typeof id === "string" ? id : crypto.randomUUID());
