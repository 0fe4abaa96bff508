import type { Place } from "./cells.ts";
import { begin, mistakeAt, type Table, unread } from "./table.ts";

/** Rows as JSON: a list, or one row on each line. */
export function readJson(source: string, isLines: boolean): Table {
  return isLines ? readLines(source) : readList(source);
}

function readLines(source: string): Table {
  const lines = source.split("\n").flatMap((text, i) => (text.trim() ? [{ text, line: i + 1 }] : []));
  const mistakes: Table["mistakes"] = [];
  const rows = lines.map(({ text, line }) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      mistakes.push(mistakeAt({ line, column: 1 }, "is not JSON: write one row on each line"));
      return {};
    }
  });
  return { rows, at: (row) => ({ line: lines[row]?.line ?? 1, column: 1 }), mistakes, warnings: [] };
}

function readList(source: string): Table {
  let all: unknown;
  try {
    all = JSON.parse(source);
  } catch {
    return unread(begin, "is not JSON");
  }
  if (!Array.isArray(all)) return unread(begin, "must be a list of rows: [{…}, {…}]");
  let starts: Place[] | undefined;
  return {
    rows: all,
    at(row) {
      starts ??= startsOf(source);
      return starts[row] ?? begin;
    },
    mistakes: [],
    warnings: [],
  };
}

/** Where each part of a list of JSON begins. */
function startsOf(source: string): Place[] {
  const starts: Place[] = [];
  let [line, lineStart, depth, isOpen] = [1, 0, 0, false];
  for (const { 0: token, index } of source.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},\n]|[^\s[\]{},"]+/gs)) {
    if (token === "\n") [line, lineStart] = [line + 1, index + 1];
    else if (depth === 1 && !isOpen && token !== "]" && token !== ",") {
      starts.push({ line, column: index - lineStart + 1 });
      isOpen = true;
    }
    if (token === "," && depth === 1) isOpen = false;
    if (token === "[" || token === "{") depth++;
    if (token === "]" || token === "}") depth--;
  }
  return starts;
}
