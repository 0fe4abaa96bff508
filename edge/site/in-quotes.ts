const closing: Record<string, string> = { "(": ")", "[": "]", "{": "}" };
/** A longer text is not repeated. */
const maxShown = 100;

/** What is wrong with a text at `offset` that stands without quotes, told where the text begins and with the line to write. */
export function inQuotes(source: string, offset: number, why = ""): { offset: number; message: string } {
  const lineStart = source.lastIndexOf("\n", offset - 1) + 1;
  const lineEnd = source.indexOf("\n", offset);
  const line = source.slice(lineStart, lineEnd < 0 ? source.length : lineEnd);
  const said = `${why}${why.endsWith(" or") ? "" : ";"} put`;
  const key = [...line.slice(0, offset - lineStart).matchAll(/(?<![\w-])([\w-]+):[ \t]+/g)].at(-1);
  if (!key) return { offset, message: `${said} the whole text into quotes` };
  const at = key.index + key[0].length;
  if (line[at] === "[" && lineStart + at < offset)
    return { offset, message: `${said} it into quotes: \`${quoted(textAt(line.slice(offset - lineStart), true))}\`` };
  const isInMap = /[{[]/.test(line.slice(0, at));
  const text = textAt(line.slice(at), isInMap);
  return { offset: lineStart + at, message: `${said} the whole text into quotes: \`${key[1]}: ${quoted(text)}\`` };
}

/** As far as it was meant to go: to the end of the line, or to the comma or bracket that ends it in a map in one line. */
function textAt(rest: string, isInMap: boolean): string {
  const open: string[] = [];
  let quote = "";
  for (let i = 0; i < rest.length; i++) {
    const c = rest[i] as string;
    if (quote) quote = c === quote ? "" : quote;
    else if (c === '"') quote = c;
    else if (c in closing) open.push(closing[c] as string);
    else if (c === open.at(-1)) open.pop();
    else if (c === "#" && /\s/.test(rest[i - 1] ?? "")) return rest.slice(0, i).trim();
    else if (isInMap && !open.length && /[,}\]]/.test(c)) return rest.slice(0, i).trim();
  }
  return rest.trim();
}

/** In quotes of the kind that is not in it. A pair around it is taken for what was meant as quotes. */
function quoted(text: string): string {
  if (text.length > maxShown) return "'…'";
  const inner = /^(["'])((?:(?!\1).)*(?:[^\w"']\1.*)?)\1$/.exec(text)?.[2] ?? text;
  return /[\\"]/.test(inner) || !inner.includes("'") ? `'${inner.replace(/'/g, "''")}'` : `"${inner}"`;
}
