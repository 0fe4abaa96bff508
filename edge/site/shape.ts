import type * as z from "zod";
import { meant, nearest } from "../decide/conditions/nearest.ts";
import type { Path } from "./positions.ts";
import type { Found } from "./rules/rule.ts";

/** Nobody reads on. */
const maxTold = 100;

type Issue = z.core.$ZodIssue;

/** What is wrong with the shape of `plain`, in words for whoever wrote it. None: it fits. */
export function shapeMistakes(schema: z.core.$ZodType, plain: unknown, issues: readonly Issue[]): Found[] {
  const all = issues.slice(0, maxTold).flatMap((issue) => told(schema, plain, issue, []));
  // A key with a letter wrong is not missing besides.
  const meantKeys = new Set(all.flatMap(({ path, meant: key }) => (key ? JSON.stringify([...path.slice(0, -1), key]) : [])));
  return all.flatMap(({ meant: key, ...found }) =>
    key === undefined && found.message.endsWith("is missing") && meantKeys.has(JSON.stringify(found.path)) ? [] : found,
  );
}

type Told = Found & { meant?: string | undefined };

function told(schema: z.core.$ZodType, plain: unknown, issue: Issue, before: Path): Told[] {
  const path = [...before, ...issue.path.map((part) => (typeof part === "symbol" ? String(part) : part))];
  const value = valueAt(plain, path);
  const last = path.findLast((part) => typeof part === "string") ?? "";
  const say = (message: string): Found[] => [{ path, message }];
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.slice(0, maxTold).map((key) => {
        const allowed = keysAt(schema, path);
        const meantKey = nearest(key, allowed);
        const instead = meantKey ? meant(meantKey) : allowed.length ? `; there are ${listed(allowed)}` : "";
        return { path: [...path, key], onKey: true, meant: meantKey, message: `there is no key \`${key}\` here${instead}` };
      });
    case "invalid_key": {
      const message = issue.issues[0]?.message ?? issue.message;
      return [{ path, onKey: true, message: `\`${path.at(-1)}\` cannot be a name: ${message}` }];
    }
    case "invalid_union": {
      // The branch whose kind of value was written is the one that was meant.
      const branch = issue.errors.find((inner) => !inner.some(({ code, path: at }) => !at.length && /type|value/.test(code)));
      if (branch) return branch.flatMap((inner) => told(schema, plain, inner, path));
      if (value === undefined) return say(`\`${last}\` is missing`);
      if ("options" in issue) return say(notAmong(value, issue.options as string[], last));
      return say(isCustom(issue) ? issue.message : `\`${shown(value)}\` cannot be the value of \`${last}\``);
    }
    case "invalid_value":
      if (value === undefined) return say(`\`${last}\` is missing`);
      return say(notAmong(value, issue.values.map(String), last));
    case "invalid_type":
      if (path.length && (value === undefined || value === null))
        return say(`\`${last}\` ${value === null ? "has no value" : "is missing"}`);
      return say(
        isCustom(issue)
          ? issue.message
          : `\`${last}\` must be ${types[issue.expected] ?? issue.expected}, not ${shownKind(value)}${bareNumber(issue.expected, value)}`,
      );
    case "too_big":
    case "too_small":
      return say(isCustom(issue) ? issue.message : outOfBounds(issue, value, last));
    default:
      return say(issue.message);
  }
}

const isCustom = ({ message }: Issue): boolean => !/^(Invalid|Too|Unrecognized)/.test(message);

/** `10%` and "10" where a number is meant. */
function bareNumber(expected: string, value: unknown): string {
  const number = /^\s*([\d.]+)\s*%?\s*$/.exec(String(value))?.[1];
  return /^(number|int)$/.test(expected) && number ? `; write ${number}, without quotes or %` : "";
}

const types: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list, like [a, b]",
  object: "keys with values",
  record: "names with values",
};

const shownKind = (value: unknown): string =>
  Array.isArray(value) ? "a list" : typeof value === "object" ? "keys with values" : `\`${shown(value)}\``;

/** Enough of a value to know it again. */
const shown = (value: unknown): string => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
};

function outOfBounds(issue: z.core.$ZodIssueTooBig | z.core.$ZodIssueTooSmall, value: unknown, key: string): string {
  const [bound, limit] = issue.code === "too_big" ? ["at most", issue.maximum] : ["at least", issue.minimum];
  if (issue.origin === "string") {
    if (value === "") return `\`${key}\` is empty`;
    return `\`${key}\` may have ${bound} ${limit} characters; this has ${String(value).length}`;
  }
  if (issue.origin === "array") return `\`${key}\` needs ${bound} ${limit} ${Number(limit) === 1 ? "entry" : "entries"}`;
  return `\`${key}\` must be ${issue.inclusive ? bound : bound === "at most" ? "less than" : "more than"} ${limit}; this is ${shown(value)}`;
}

/** What the entries of a list of words are called. */
const nouns: Record<string, string> = {
  on: "a kind of moment",
  moments: "a kind of moment",
  channels: "a channel",
  purpose: "a purpose",
  purposes: "a purpose",
  layer: "a layer",
  stage: "a stage",
  class: "a class",
  vendor: "a vendor",
  off: "a signal that can be switched off",
  exit_on: "a way to leave a journey",
  fallback_on: "an outcome to fall back on",
  metric: "a metric",
  also: "a metric",
  guardrails: "a guardrail",
};

function notAmong(value: unknown, allowed: readonly string[], key: string): string {
  const best = nearest(String(value), allowed);
  const noun = nouns[key] ?? `a value of \`${key}\``;
  const only = allowed.length === 1 ? `; it must be ${allowed[0]}` : `; there are ${listed(allowed)}`;
  return `\`${shown(value)}\` is not ${noun}${best && allowed.length > 1 ? meant(best) : only}`;
}

const listed = (words: readonly string[]): string =>
  words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : words.join();

export function valueAt(plain: unknown, path: Path): unknown {
  let value = plain;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** The keys that a map at this path of the schema may have. */
export function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const { def } = schema._zod as unknown as { def: z.core.$ZodTypeDef & Record<string, unknown> };
  const inner = (def.innerType ?? def.in) as z.core.$ZodType | undefined;
  if (inner) return keysAt(inner, path);
  if (def.type === "union") return [...new Set((def.options as z.core.$ZodType[]).flatMap((option) => keysAt(option, path)))];
  const [part, ...rest] = path;
  const shape = def.shape as Record<string, z.core.$ZodType> | undefined;
  if (part === undefined) return shape ? Object.keys(shape) : [];
  const next = shape?.[part] ?? def.element ?? def.valueType;
  return next ? keysAt(next as z.core.$ZodType, rest) : [];
}
