import { meantOf } from "../../edge/decide/conditions/nearest.ts";
import type { Mistake } from "../../edge/site/check.ts";
import { fieldsOf } from "../../edge/site/feeds/fields.ts";
import type { FeedKind } from "../../edge/site/feeds/kinds.ts";
import { type Place, readCells } from "./cells.ts";

/** The rows of a file, with where each stands in it. */
export interface Table {
  rows: unknown[];
  /** Of a row, counted from 0, or of one field of it. */
  at: (row: number, field?: string) => Place;
  mistakes: Mistake[];
  warnings: Mistake[];
}

export const mistakeAt = ({ line, column }: Place, message: string): Mistake => ({ line, column, pointer: "", message });

export const begin: Place = { line: 1, column: 1 };

export const unread = (place: Place, message: string): Table => ({
  rows: [],
  at: () => begin,
  mistakes: [mistakeAt(place, message)],
  warnings: [],
});

/** What other systems call a column. */
const aliases: Record<string, string> = { variant: "size", product_id: "product" };

function named(written: string): string {
  const name = written.trim().toLowerCase().replace(/[ -]+/g, "_");
  return Object.hasOwn(aliases, name) ? (aliases[name] as string) : name;
}

/** A table as programs for tables write it: a first line of names, then a row on each line; cells that hold a comma are in quotes. */
export function readTable(source: string, kind: FeedKind): Table {
  const [first = ""] = source.split(/\r?\n/, 1);
  const read = readCells(source, [",", ";", "\t"].find((one) => first.includes(one)) ?? ",");
  if (!Array.isArray(read)) return unread(read.place, read.message);
  const [header, ...body] = read;
  const known = fieldsOf(kind);
  const names = (header?.cells ?? []).map(named);
  const top = (cell: number): Place => header?.at(cell) ?? begin;

  const none = names.flatMap((name, i) => (name && !Object.hasOwn(known, name) ? [{ name, i }] : []));
  const twice = names.flatMap((name, i) => (name && names.indexOf(name) < i ? [{ name, i }] : []));
  const missing = Object.entries(known).filter(([name, { needed }]) => needed && !names.includes(name));
  const uneven = body.filter(({ cells }) => cells.length !== names.length);
  return {
    rows: body.map(({ cells }) =>
      Object.fromEntries(names.flatMap((name, i) => (Object.hasOwn(known, name) ? [[name, cells[i]]] : []))),
    ),
    at: (row, field) => body[row]?.at(field === undefined ? 0 : Math.max(0, names.indexOf(field))) ?? begin,
    mistakes: [
      ...twice.map(({ name, i }) => mistakeAt(top(i), `the column \`${name}\` is there twice: keep one`)),
      ...missing.map(([name]) => mistakeAt(top(0), `there is no column \`${name}\`, and every row needs one`)),
      ...uneven.map(({ at, cells: { length } }) =>
        mistakeAt(
          at(0),
          `has ${length} cells, and the first line names ${names.length}: put a cell with a comma in it in quotes`,
        ),
      ),
    ],
    warnings: none.map(({ name, i }) => {
      const near = meantOf(name, Object.keys(known));
      return mistakeAt(top(i), `the column \`${name}\` is none of a feed of ${kind}, and is left out${near}`);
    }),
  };
}
