import { meantOf } from "../../decide/conditions/nearest.ts";
import { type FeedFields, fieldsOf, Wrong } from "./fields.ts";
import type { FeedKind, Rows } from "./kinds.ts";
import { maxRows } from "./limits.ts";

/** What is wrong with a row, counted from 0; without a field it is the row itself. */
export interface RowMistake {
  row: number;
  field?: string;
  message: string;
}

export type CheckedRows<Kind extends FeedKind> =
  | { ok: true; rows: Rows[Kind] }
  /** `more`: besides those that are told. */
  | { ok: false; mistakes: RowMistake[]; more: number };

const maxTold = 20;

/** By what a row is told from the others. */
const keys: Partial<Record<FeedKind, readonly string[]>> = { products: ["id"], stock: ["id", "size"] };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === "";

/**
 * The rows of a feed as the edge keeps them, or what is wrong with them. Numbers may be written as texts, as tables have them.
 * @param origins where the site's pages are; without them addresses are not held to those
 */
export function checkRows<Kind extends FeedKind>(
  kind: Kind,
  all: readonly unknown[],
  origins?: readonly string[],
): CheckedRows<Kind> {
  const whole = (message: string): CheckedRows<Kind> => ({ ok: false, mistakes: [{ row: 0, message }], more: 0 });
  if (!all.length) return whole("there are no rows: an export that failed looks so; to take a feed away, DELETE it");
  if (all.length > maxRows)
    return whole(`there are ${all.length} rows, and a feed may have ${maxRows}: leave out what no message names`);
  const fields = fieldsOf(kind, origins);
  const mistakes: RowMistake[] = [];
  const seen = new Map<string, number>();
  const rows = all.map((given, row) => {
    if (!isRecord(given)) {
      mistakes.push({ row, message: `must be a row with ${Object.keys(fields).join(", ")}` });
      return {};
    }
    const read = readRow(kind, given, fields, (field, message) => mistakes.push({ row, field, message }));
    const by = keys[kind];
    const key = by && JSON.stringify(by.map((name) => read[name]));
    const first = key === undefined ? undefined : seen.get(key);
    if (by && first !== undefined)
      mistakes.push({ row, field: "id", message: `row ${first + 1} has the same ${by.join(" and ")}: keep one of the two` });
    else if (key !== undefined) seen.set(key, row);
    return read;
  });
  if (!mistakes.length) return { ok: true, rows: rows as unknown as Rows[Kind] };
  return { ok: false, mistakes: mistakes.slice(0, maxTold), more: Math.max(0, mistakes.length - maxTold) };
}

function readRow(
  kind: FeedKind,
  given: Record<string, unknown>,
  fields: FeedFields,
  wrong: (field: string, message: string) => void,
): Record<string, unknown> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined)
    wrong(unknown, `\`${unknown.slice(0, 40)}\` is no field of ${kind}${meantOf(unknown.slice(0, 40), Object.keys(fields))}`);
  const read: Record<string, unknown> = {};
  for (const [name, { of, needed }] of Object.entries(fields)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    try {
      const plain = isAbsent(value) ? undefined : of(value);
      if (isAbsent(plain) && needed) wrong(name, `\`${name}\` is missing: every row needs one`);
      else if (!isAbsent(plain)) read[name] = plain;
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      wrong(name, `\`${name}\` ${error.message}`);
    }
  }
  return read;
}
