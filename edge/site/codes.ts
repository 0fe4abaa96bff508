/** What a pool is filled from: a code a line, as a spreadsheet saves its first column; or JSON, a list of them. */
export type Codes = { ok: true; codes: string[] } | { ok: false; why: string };

export const maxCodes = 100_000;
/** In JSON each has two quotes and a comma more. */
export const maxCodesBytes = maxCodes * 45;
const code = /^[A-Za-z0-9_-]{1,40}$/;
const heading = /^(coupon|discount)?[ _-]?codes?$/i;

/** Reads codes. What is wrong is told by its place: a code is worth money. */
export function codesIn(text: string): Codes {
  const isJson = /^\s*\[/.test(text);
  const read = isJson ? fromJson(text) : fromLines(text);
  if (!read) return { ok: false, why: "this is no list in JSON" };
  const wrong = read.find(({ written }) => typeof written !== "string" || !code.test(written));
  const place = isJson ? "entry" : "line";
  if (wrong) return { ok: false, why: `${place} ${wrong.at} is no code: 1–40 letters without accents, digits, - or _` };
  const codes = [...new Set(read.map(({ written }) => written as string))];
  if (!codes.length) return { ok: false, why: "there is no code in it" };
  if (codes.length > maxCodes) return { ok: false, why: `at most ${maxCodes} codes at a time` };
  return { ok: true, codes };
}

interface Read {
  written: unknown;
  at: number;
}

function fromJson(text: string): Read[] | undefined {
  try {
    return (JSON.parse(text) as unknown[]).map((written, i) => ({ written, at: i + 1 }));
  } catch {
    return undefined;
  }
}

const fromLines = (text: string): Read[] =>
  text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n|\r/)
    .map((line, i) => ({ written: firstCell(line), at: i + 1 }))
    .filter(({ written, at }) => written && !(at === 1 && heading.test(written)));

const firstCell = (line: string): string => (line.split(/[,;\t]/)[0] ?? "").replaceAll('"', "").trim();
