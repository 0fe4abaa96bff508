import { isMap, isScalar, isSeq, Lexer, type YAMLError } from "yaml";
import { inQuotes } from "./in-quotes.ts";

export interface YamlFault {
  offset: number;
  message: string;
}

/** The lexer says by this that a text follows; its other marks have no place in the source either. */
const textFollows = "\u001f";
const marks: readonly string[] = [textFollows, "\u0002", "\u0018"];

const unsaid: Record<string, string> = {
  "!": "a text without quotes cannot begin with `!`: YAML drops the word behind it",
  "&": "a text without quotes cannot begin with `&`",
  "*": "a text without quotes cannot begin with `*`",
};

/** The first `!`, `&&` or `*` that begins a text, and that YAML takes for a sign of its own: it would drop what stands there. */
export function signMistaken(source: string): YamlFault | undefined {
  const anchors = new Set<string>();
  let offset = 0;
  let before = "";
  for (const token of new Lexer().lex(source)) {
    if (before !== textFollows) {
      const [sign, name] = [token.charAt(0), token.slice(1)];
      if (sign === "&") anchors.add(name);
      if (sign === "!" || (sign === "&" && name.startsWith("&")) || (sign === "*" && !anchors.has(name)))
        return inQuotes(source, offset, unsaid[sign]);
    }
    if (!marks.includes(token)) offset += token.length;
    before = token;
  }
  return undefined;
}

const unreadable = /(?![\t\n\r])[\p{Cc}\p{Cs}\ufffd]/u;

/** The first key that stands twice or can be no name, or text that nobody can read. The parser's own check compares all keys. */
export function faultyPart(source: string, root: unknown): YamlFault | undefined {
  const found: YamlFault[] = [];
  const open = [root];
  while (open.length) {
    const node = open.pop();
    if (isSeq(node)) open.push(...node.items);
    if (isScalar(node) && typeof node.value === "string" && unreadable.test(node.value))
      found.push({
        offset: node.range?.[0] ?? 0,
        message: "a letter in this cannot be read; type it anew, and save the file as UTF-8",
      });
    if (!isMap(node)) continue;
    const known = new Set<string>();
    for (const { key, value } of node.items) {
      open.push(key, value);
      const offset = (isMap(key) || isSeq(key) || isScalar(key) ? key.range?.[0] : undefined) ?? 0;
      if (!isScalar(key)) {
        found.push(inQuotes(source, offset, "a text without quotes cannot begin with a bracket"));
        continue;
      }
      const name = String(key.value);
      if (known.has(name)) found.push({ offset, message: "this key is written twice; keep one of them" });
      if (name === "__proto__") found.push({ offset, message: "`__proto__` cannot be a name; take another one" });
      known.add(name);
    }
  }
  return found.sort((a, b) => a.offset - b.offset)[0];
}

const needsQuotes = [
  [/^Plain value cannot start with/, "a text without quotes cannot begin with this sign"],
  [/^Block scalar header|^Not a YAML token/, "behind `|` or `>` nothing stands in the same line"],
  [/^Nested mappings are not allowed/, "there are two `:` in this"],
  [/^Block collections are not allowed/, "there are two `:` without a comma between them; add it, or"],
  [/^Invalid escape sequence/, "in double quotes `\\` has a meaning of its own"],
  [/^Unexpected .* at node end|^Missing , or :|^Unexpected block-seq/, "YAML reads only a part of this text"],
] as const;

const inWords: [RegExp, string][] = [
  [
    /Flow (sequence|map).*must end with|Flow (sequence|map).*sufficiently indented/,
    "a bracket opened before this is not closed: `[` needs `]`, `{` needs `}`",
  ],
  [/^Missing closing ["']quote/, "a quotation mark opened before this is not closed"],
  [/^Tabs are not allowed/, "tabs may not indent a line; use spaces"],
  [
    /^Implicit keys need to be on a single line|^Implicit map keys need to be followed by map values/,
    "this line is no `key: value`; is a `:` missing, or a space after it?",
  ],
  [/^All mapping items must start at the same column/, "this line is not indented like its neighbours"],
  [/^Unexpected , in/, "there is a comma too many; take it out"],
  [/^Unexpected flow-(seq|map)-end/, "this bracket closes nothing; take it out"],
  [/^Source contains multiple documents/, "another file begins here; keep one, and take this line out"],
];

/** What the parser says, for somebody who never read of YAML. */
export function whatIsMeant(source: string, { message, pos: [offset] }: YAMLError): YamlFault {
  const bare = message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "";
  if (
    /^Missing , between|^Unexpected scalar token/.test(bare) ||
    (/^Missing|at node end$/.test(bare) && /^[\w-]+:\s/.test(source.slice(offset)))
  )
    return { offset, message: "a comma is missing before this" };
  if (/^Nested mappings/.test(bare) && !/:\s.*:\s/.test(source.slice(source.lastIndexOf("\n", offset) + 1).split("\n")[0] ?? ""))
    return { offset, message: "what is indented below this cannot belong to it: it is a text already" };
  const why = needsQuotes.find(([pattern]) => pattern.test(bare))?.[1];
  if (why) return inQuotes(source, offset, why);
  const words = inWords.find(([pattern]) => pattern.test(bare))?.[1];
  return { offset, message: words ?? `this line cannot be read: ${bare.charAt(0).toLowerCase()}${bare.slice(1)}` };
}
