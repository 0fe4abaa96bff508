// Writes the tables of docs/site-file.md between their marks, from the schema and its notes. `--check` only says whether they are
// up to date.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eachKey, type JsonSchema, siteFileJsonSchema } from "../edge/site/schema/json-schema.ts";
import { notes } from "../edge/site/schema/notes.ts";

const file = path.join(import.meta.dirname, "../docs/site-file.md");
const [begin, end] = ["<!-- keys -->", "<!-- end of keys -->"];

const schema = siteFileJsonSchema();
const code = (text: string) => `\`${text.replaceAll("|", "\\|")}\``;

/** What a pattern of the schema stands for. */
const patterns: [beginning: string, name: string][] = [
  ["^[1-9]\\d{0,5}(s|m|h|d)", "duration"],
  ["^\\d{1,6}(s|m|h|d)", "duration or `0s`"],
  ["^\\d{1,3}(\\.\\d{1,2})?%", "percent"],
  ["^[a-z][a-z0-9_-]", "name"],
  ["^([01]", "time of day"],
  ["^[A-Z][A-Z0-9_]", "name of a secret"],
  ["^pk_", "site key"],
  ["^recipe", "recipe/NAME@VERSION"],
  ["^person", "`person` or `person/DURATION`"],
  ["^[A-Z]{3}", "three capitals"],
  ["^[A-Za-z0-9_-]{1,40}", "1–40 of letters, digits, `_`, `-`"],
  ["^(journeys", "`journeys.NAME.steps.ID`, `messages.NAME`, `triggers.NAME`"],
  ["^\\/", "path"],
];

const unbounded = 2 ** 53 - 1;

function range({ minimum, maximum, exclusiveMinimum }: JsonSchema): string {
  const least = exclusiveMinimum === undefined ? minimum : `above ${exclusiveMinimum}`;
  const bounds = [least, maximum].map((bound) => (Math.abs(Number(bound)) === unbounded ? undefined : bound));
  if (bounds[0] === undefined) return bounds[1] === undefined ? "" : `, ≤ ${bounds[1]}`;
  return bounds[1] === undefined ? `, ≥ ${bounds[0]}` : `, ${bounds[0]} – ${bounds[1]}`;
}

const maxWords = 15;

function value(key: JsonSchema): string {
  const { enum: words, pattern, anyOf, oneOf, items, type, maxItems, maxLength } = key;
  const others = anyOf ?? oneOf;
  if (others) return [...new Set(others.map(value))].join(", or ");
  if (key.const !== undefined) return code(String(key.const));
  if (words) return words.length > maxWords ? "kind" : words.map((word) => code(word)).join(", ");
  if (pattern) return patterns.find(([start]) => pattern.startsWith(start))?.[1] ?? "text";
  if (items)
    return `list of ${items.type === "object" ? "maps" : value(items)}${maxItems === undefined ? "" : `, ≤ ${maxItems}`}`;
  if (type === "object") return "map";
  if (type === "string") return maxLength === undefined ? "text" : `text, ≤ ${maxLength}`;
  if (type === "integer") return `whole number${range(key)}`;
  return type === "number" ? `number${range(key)}` : (type ?? "any value");
}

function standard(key: JsonSchema, isRequired: boolean): string {
  if (isRequired) return "required";
  const text = JSON.stringify(key.default) ?? "–";
  return text === "{}" || text === "[]" || text === '""' ? "none" : text === "–" ? text : code(text.replaceAll('"', ""));
}

interface Found {
  keys: JsonSchema[];
  isRequired: boolean;
}

function row(name: string, at: string, { keys, isRequired }: Found): string {
  const [says, example] = notes[at] ?? ["", ""];
  const values = [...new Set(keys.map(value))].join(", or ");
  const defaults = [...new Set(keys.map((key) => standard(key, isRequired)))].join(", ");
  return `| ${[code(name), values, defaults, code(example), says].join(" | ")} |`;
}

/** Alternatives of one key share a row. */
function table(within: (at: string) => boolean, cut: number): string[] {
  const found = new Map<string, Found>();
  eachKey(schema, (at, key, of) => {
    if (!within(at)) return;
    const isRequired = !!of.required?.includes(at.split(".").at(-1) ?? "");
    found.set(at, { keys: [...(found.get(at)?.keys ?? []), key], isRequired });
  });
  const rows = [...found].map(([at, one]) => row(at.slice(cut), at, one));
  return ["", "| key | value | default | example | what it says |", "| --- | --- | --- | --- | --- |", ...rows, ""];
}

const top = Object.keys(schema.properties ?? {});
const isDeep = (name: string) =>
  ["limits", "triggers", "journeys", "offers", "messages", "experiments", "destinations"].includes(name);
const lines = table((at) => !at.includes(".") || !isDeep(at.split(".")[0] ?? ""), 0);
for (const name of top.filter(isDeep)) {
  const prefix = name === "limits" ? "limits." : `${name}.*.`;
  lines.push(`### ${name}`, ...table((at) => at.startsWith(prefix), prefix.length));
}

const text = readFileSync(file, "utf8");
const [before, rest = ""] = text.split(begin);
const after = rest.split(end)[1];
if (after === undefined) throw new Error(`${file} has no place for the tables: ${begin} … ${end}`);
const made = `${before}${begin}\n${lines.join("\n")}${end}${after}`;
const words = (all: string) => all.replace(/\|[ :-]+(?=\|)/g, "|").replace(/\s+/g, " ");
if (words(made) !== words(text)) {
  if (process.argv.includes("--check")) throw new Error("docs/site-file.md is out of date; run `npm run docs`");
  writeFileSync(file, made);
}
