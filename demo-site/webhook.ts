/** What the inbox worker tells of one webhook. `body` came from outside: read it with the functions below only. */
export interface Arrival {
  id: string;
  type: string;
  verified: boolean;
  attempt: number;
  repeats: number;
  received_at_ms: number;
  body: unknown;
}

/** The value at a path like `data.why.text`, whatever the body turns out to be. */
export function at(body: unknown, path: string): unknown {
  let value = body;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

export function textAt(body: unknown, path: string): string {
  const value = at(body, path);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

export function numberAt(body: unknown, path: string): number | undefined {
  const value = at(body, path);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

export function listAt(body: unknown, path: string): unknown[] {
  const value = at(body, path);
  return Array.isArray(value) ? value : [];
}

/** `message.send` carries its moment under `why`, `moment.detected` may carry it bare. */
export const momentOf = (body: unknown): unknown => at(body, "data.why.moment") ?? at(body, "data.moment");

/** `pricing-hesitation` and `form_abandon` as people would write them. */
export const plainName = (name: string): string => name.replace(/[_-]+/g, " ");
