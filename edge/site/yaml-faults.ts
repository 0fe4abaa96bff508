import { isMap, isScalar, isSeq } from "yaml";

/** Where the second of two equal keys stands. The parser's own check compares each key with each. */
export function keyWrittenTwice(root: unknown): number | undefined {
  let first: number | undefined;
  const open = [root];
  while (open.length) {
    const node = open.pop();
    if (isSeq(node)) open.push(...node.items);
    if (!isMap(node)) continue;
    const known = new Set<string>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : "";
      const at = isScalar(key) ? key.range?.[0] : undefined;
      if (at !== undefined && known.has(name)) first = Math.min(first ?? at, at);
      known.add(name);
      open.push(value);
    }
  }
  return first;
}

const inWords: [RegExp, string][] = [
  [
    /Flow (sequence|map).*must end with|Flow (sequence|map).*sufficiently indented/,
    "a bracket opened before this is not closed: `[` needs `]`, `{` needs `}`",
  ],
  [/^Missing closing ["']quote/, "a quotation mark opened before this is not closed"],
  [/^Tabs are not allowed/, "tabs may not indent a line; use spaces"],
  [/^Nested mappings are not allowed/, "there are two `:` in this line; put the text after the first one into quotes"],
  [
    /^Implicit keys need to be on a single line|^Implicit map keys need to be followed by map values/,
    "this line is no `key: value`; is a `:` missing, or a space after it?",
  ],
  [/^All mapping items must start at the same column/, "this line is not indented like its neighbours"],
  [/^Unresolved alias/, "this alias (`*`) names an anchor (`&`) that is not in the file"],
];

/** What the parser says, for somebody who never read of YAML. */
export function plainEnglish(message: string): string {
  const bare = message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? "";
  return inWords.find(([pattern]) => pattern.test(bare))?.[1] ?? bare;
}
