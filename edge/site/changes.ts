import { parse } from "yaml";
import { pointerTo } from "../pointer.ts";

/** What differs between two site files; an item of a list that has an `id` is named by it. Values are told where they are short. */
export interface FileChange {
  pointer: string;
  what: "added" | "removed" | "changed" | "moved";
  from?: string | number | boolean;
  to?: string | number | boolean;
}

/** As the files are written: `3m` stays `3m`. Both must have been checked. */
export const changesBetween = (before: string, after: string): FileChange[] => [...differ([], plain(before), plain(after))];

const plain = (source: string): unknown => parse(source, { schema: "core", version: "1.2", maxAliasCount: 20 }) ?? {};

function* differ(path: readonly string[], before: unknown, after: unknown): Generator<FileChange> {
  const [a, b] = [entries(before), entries(after)];
  if (!a || !b) {
    if (JSON.stringify(before) !== JSON.stringify(after))
      yield { pointer: pointerTo(path), what: "changed", ...short("from", before), ...short("to", after) };
    return;
  }
  for (const [name, value] of a)
    if (b.has(name)) yield* differ([...path, name], value, b.get(name));
    else yield { pointer: pointerTo([...path, name]), what: "removed", ...short("from", value) };
  for (const [name, value] of b)
    if (!a.has(name)) yield { pointer: pointerTo([...path, name]), what: "added", ...short("to", value) };
  const both = (one: Map<string, unknown>, other: Map<string, unknown>) => [...one.keys()].filter((name) => other.has(name));
  if (both(a, b).join("\n") !== both(b, a).join("\n")) yield { pointer: pointerTo(path), what: "moved" };
}

/** The parts of a map, or of a list whose items all have an `id`; of nothing else. */
function entries(value: unknown): Map<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const named = new Map(value.map((item: { id?: unknown } | null) => [item?.id, item]));
  return value.length && [...named.keys()].every((id) => typeof id === "string") && named.size === value.length
    ? (named as Map<string, unknown>)
    : undefined;
}

const short = <K extends string>(key: K, value: unknown) =>
  (typeof value === "string" && value.length <= 80) || typeof value === "number" || typeof value === "boolean"
    ? ({ [key]: value } as { [P in K]: string | number | boolean })
    : {};
