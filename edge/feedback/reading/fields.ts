import { Refusal } from "../../problem.ts";

// What a tool sent, read without trust: whatever has another shape than expected is not there.

export type Fields = Readonly<Record<string, unknown>>;

const longestId = 320;
const longestProse = 300;
const longestUrl = 2000;

export function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Refusal(400, "the body is not JSON", { pointer: "" });
  }
}

/** The body as one object. */
export function object(body: string): Fields {
  const value = json(body);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Refusal(422, "the body must be an object", { pointer: "" });
}

export function items(value: unknown, pointer: string, max: number): Fields[] {
  if (Array.isArray(value) && value.length >= 1 && value.length <= max) return value.map(fields);
  throw new Refusal(422, `this must be a list of 1 to ${max} events`, { pointer });
}

export const fields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});

/** An id, an address, a code: all of it or nothing. */
export const id = (value: unknown): string | undefined => {
  const written = typeof value === "number" ? String(value) : value;
  return typeof written === "string" && written !== "" && written.length <= longestId ? written : undefined;
};

/** For people to read: cut where it is long. */
export const prose = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value.slice(0, longestProse) : undefined;

export const url = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" && value.length <= longestUrl ? value : undefined;

/** When it happened, as seconds or ISO 8601; now where that is not said, or lies ahead. */
export function atMs(value: unknown, nowMs: number): number {
  const ms = typeof value === "number" ? value * 1000 : typeof value === "string" ? Date.parse(value) : Number.NaN;
  return ms > 0 && ms < nowMs ? Math.floor(ms) : nowMs;
}

/** Without what is not known. */
export const known = <T extends object>(all: { [K in keyof T]: T[K] | undefined }): T =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as T;

/** Ours, where an adapter put it. */
export const ourId = (value: unknown): string | undefined => id(fields(value).cusp_message_id);
