import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from "yaml";
import { faultyPart, signMistaken, whatIsMeant, type YamlFault } from "./yaml-faults.ts";

export type Path = readonly (string | number)[];

export interface Place {
  line: number;
  column: number;
}

/** A parsed site file that knows where everything stands in it. */
export interface Source {
  /** What the file says, before its shape is known. */
  plain: unknown;
  /** Of an offset in the source, in characters. */
  atOffset: (offset: number) => Place;
  /** How many keys of this path the file itself has. */
  depthOf: (path: Path) => number;
  /**
   * The scalar at `path`, or character `within` of its text; of a map or list, its key; of what is not there, the nearest thing
   * around it. `onKey`: the key itself.
   */
  at: (path: Path, within?: number, onKey?: boolean) => Place;
}

interface Stand {
  value: Node;
  key?: Scalar;
}

/** @param idOf the `id` of the list item at a path, if it has one: items with an id are told apart by it, not by their place */
export function readSource(source: string, idOf: (path: Path) => unknown): Source | { broken: Place & { message: string } } {
  const lines = new LineCounter();
  const atOffset = (offset: number): Place => {
    const { line, col } = lines.linePos(Math.min(offset, source.length));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const refused = ({ offset, message }: YamlFault) => ({ broken: { ...atOffset(offset), message } });
  const tooDeep = refused({ offset: 0, message: "the file is nested too deeply" });
  let document: Document;
  try {
    document = parseDocument(source, { lineCounter: lines, schema: "core", uniqueKeys: false, version: "1.2" });
  } catch {
    return tooDeep;
  }
  if (document.errors.some(({ code }) => code === "RESOURCE_EXHAUSTION")) return tooDeep;
  // What follows the first one comes of it.
  const [first] = document.errors;
  const sign = signMistaken(source);
  if (sign && (!first || sign.offset <= first.pos[0])) return refused(sign);
  if (first) return refused(whatIsMeant(source, first));
  const faulty = faultyPart(source, document.contents);
  if (faulty) return refused(faulty);
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: 20 });
  } catch {
    return refused({ offset: 0, message: "the file uses more than 20 aliases, or is nested too deeply" });
  }

  function standsAt(path: Path): Stand[] {
    const way: Stand[] = document.contents ? [{ value: document.contents as Node }] : [];
    for (const [i, part] of path.entries()) {
      const parent = resolved(document, way.at(-1)?.value);
      const next = isMap(parent) ? pairOf(parent, part) : isSeq(parent) ? itemOf(parent, path.slice(0, i + 1)) : undefined;
      if (!next) break;
      way.push(next);
    }
    return way;
  }

  function itemOf(list: { items: unknown[] }, path: Path): Stand | undefined {
    const id = idOf(path);
    const named = id === undefined ? -1 : list.items.findIndex((item) => isMap(item) && item.get("id") === id);
    const item = list.items[named >= 0 ? named : (path.at(-1) as number)];
    return item ? { value: item as Node } : undefined;
  }

  return {
    plain,
    atOffset,
    depthOf: (path) => standsAt(path).length - 1,
    at(path, within, onKey) {
      const way = standsAt(path);
      const { value, key } = way.at(-1) ?? {};
      if (!value) return atOffset(0);
      const node = resolved(document, value) ?? value;
      if (key?.range && (onKey || !isScalar(node) || way.length <= path.length)) return atOffset(key.range[0]);
      if (within !== undefined && isScalar(node)) return atOffset(offsetWithin(source, node, within));
      return atOffset(node.range?.[0] ?? 0);
    },
  };
}

const resolved = (document: Document, node: Node | undefined): Node | undefined =>
  isAlias(node) ? node.resolve(document) : node;

function pairOf(map: { items: { key: unknown; value: unknown }[] }, name: string | number): Stand | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && String(key.value) === String(name));
  return pair && { value: (pair.value ?? pair.key) as Node, key: pair.key as Scalar };
}

const escapeLength: Record<string, number> = { x: 4, u: 6, U: 10 };

/**
 * Where character `within` of a scalar's text stands. Only white space is folded, so what is not white space is counted: the same
 * in plain, quoted and block texts of several lines.
 */
function offsetWithin(source: string, node: Scalar, within: number): number {
  const [start, end] = node.range ?? [0, 0];
  const text = String(node.value);
  let left = text.slice(0, within).replace(/\s/g, "").length;
  const afterLast = /\s/.test(text[within] ?? " ");
  if (afterLast && left) left--;
  const isBlock = node.type === "BLOCK_FOLDED" || node.type === "BLOCK_LITERAL";
  const quote = node.type === "QUOTE_DOUBLE" ? '"' : node.type === "QUOTE_SINGLE" ? "'" : "";
  let at = isBlock ? source.indexOf("\n", start) + 1 : start + quote.length;
  for (; at < end; at++) {
    const length = charLength(source, at, quote);
    if (!/^(\s|\\[\nnrtvf _LP])/.test(source.slice(at, at + length)) && left-- === 0) return afterLast ? at + length : at;
    at += length - 1;
  }
  return Math.max(start, end - quote.length);
}

function charLength(source: string, at: number, quote: string): number {
  if (quote === '"' && source[at] === "\\") return escapeLength[source[at + 1] as string] ?? 2;
  return quote === "'" && source.startsWith("''", at) ? 2 : 1;
}
