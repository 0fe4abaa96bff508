import path from "node:path";
import type { Mistake } from "../../edge/site/check.ts";
import { checkRows } from "../../edge/site/feeds/check-rows.ts";
import { type FeedKind, feedKinds } from "../../edge/site/feeds/kinds.ts";
import { maxFeedBytes } from "../../edge/site/feeds/limits.ts";
import { sourceOf } from "../check.ts";
import { plain } from "../plain.ts";
import { listed, Stop } from "../stop.ts";
import { readJson } from "./json-rows.ts";
import { mistakeAt, readTable, type Table } from "./table.ts";

/** A feed as it was read from a file and found to be right. */
export interface FeedFile {
  kind: FeedKind;
  file: string;
  rows: readonly unknown[];
  warnings: Mistake[];
  /** What an edge says of its rows, by where they stand in the file. */
  placed: (mistakes: readonly Mistake[]) => Mistake[];
}

/** @param said a file whose name says the kind, like `products.csv`, or `products=FILE` */
export function readFeed(said: string, origins?: readonly string[]): FeedFile {
  const [, named, rest] = /^(\w+)=(.+)$/s.exec(said) ?? [];
  const file = rest ?? said;
  const name = named ?? /^[a-z]+/i.exec(path.basename(file))?.[0]?.toLowerCase();
  const kind = feedKinds.find((one) => one === name);
  if (!kind)
    throw new Stop(`say what feed ${plain(file)} is, like --feed products=${plain(file)}; there are ${feedKinds.join(", ")}`, 2);
  const source = sourceOf(file);
  const bytes = Buffer.byteLength(source);
  if (bytes > maxFeedBytes)
    throw new Stop(
      `${plain(file)} has ${(bytes / 1e6).toFixed(1)} MB, and a feed may have ${maxFeedBytes / 1e6}: leave out rows that no message names`,
    );
  const table = readRows(file, source, kind);
  if (table.mistakes.length) throw new Stop(listed(file, table.mistakes), 1, table.mistakes, table.warnings);
  const checked = checkRows(kind, table.rows, origins);
  if (!checked.ok) {
    const mistakes = checked.mistakes.map(({ row, field, message }) => mistakeAt(table.at(row, field), message));
    const more = checked.more ? `\n… and ${checked.more} more` : "";
    throw new Stop(listed(file, mistakes) + more, 1, mistakes, table.warnings);
  }
  const placed = (mistakes: readonly Mistake[]) =>
    mistakes.map(({ pointer, message }) => {
      const [, row = "0", field] = /^\/rows\/(\d+)(?:\/(\w+))?$/.exec(String(pointer)) ?? [];
      return mistakeAt(table.at(Number(row), field), String(message));
    });
  return { kind, file, rows: checked.rows, warnings: table.warnings, placed };
}

function readRows(file: string, source: string, kind: FeedKind): Table {
  const extension = path.extname(file).toLowerCase();
  if (extension === ".json") return readJson(source, false);
  return extension === ".ndjson" || extension === ".jsonl" ? readJson(source, true) : readTable(source, kind);
}
