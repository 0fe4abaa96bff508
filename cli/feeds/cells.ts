import { type CsvError, parse } from "csv-parse/sync";

/** Both count from 1. */
export interface Place {
  line: number;
  column: number;
}

/** A row of a table, and where each of its cells begins. */
export interface Row {
  cells: string[];
  at: (cell: number) => Place;
}

/** The rows of a table, or where it cannot be read and why. */
export function readCells(source: string, delimiter: string): Row[] | { place: Place; message: string } {
  const options = { delimiter, info: true, raw: true, relax_column_count: true, skip_empty_lines: true, trim: true };
  let read: { record: string[]; raw: string }[];
  try {
    read = parse(source, options) as unknown as typeof read;
  } catch (error) {
    const { code = "", lines = 1 } = error as CsvError & { lines?: number };
    return { place: { line: lines, column: 1 }, message: unreadable(code) };
  }
  let [offset, line] = [0, 1];
  return read.map(({ record, raw }) => {
    const begins = source.indexOf(raw, offset);
    line += linesIn(source.slice(offset, begins));
    offset = begins;
    const first = line;
    return { cells: record, at: (cell) => placeIn(raw, cell, delimiter, first) };
  });
}

const linesIn = (text: string): number => text.split("\n").length - 1;

const unreadable = (code: string): string =>
  /QUOTE_NOT_CLOSED/.test(code)
    ? 'a cell that begins with a quote is not closed: write a quote within a cell twice, ""'
    : /QUOTE/.test(code)
      ? 'a quote stands where none may: put the whole cell in quotes, and write those within it twice, ""'
      : "is no table of cells with commas between them";

function placeIn(raw: string, index: number, delimiter: string, first: number): Place {
  let [line, column, cell, isQuoted] = [first, 1, 0, false];
  for (const char of raw) {
    if (cell === index && !/[\r\n]/.test(char)) break; // an empty line before it may stand with it
    if (char === '"') isQuoted = !isQuoted;
    if (char === delimiter && !isQuoted) cell++;
    if (char === "\n") [line, column] = [line + 1, 1];
    else column++;
  }
  return { line, column };
}
