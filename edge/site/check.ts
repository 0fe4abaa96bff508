import { type Document, isMap, isScalar, LineCounter, parseDocument } from "yaml";
import { compileCondition } from "../decide/conditions.ts";
import { refusedAddress } from "../destinations/address.ts";
import { pointerTo } from "../pointer.ts";
import { type SiteFile, siteFile } from "./schema.ts";
import { secretPrefix } from "./secret-name.ts";

/** A mistake in a site file, where a reader finds it: line and column count from 1. */
export interface Mistake {
  line: number;
  column: number;
  pointer: string;
  message: string;
}

export type Checked = { ok: true; file: SiteFile } | { ok: false; mistakes: Mistake[] };

export const maxSourceBytes = 256 * 1024;
type Path = readonly (string | number)[];

/** Parses and checks a site file. What passes here the edge takes; what the edge refuses is refused here with its position. */
export function checkSiteFile(source: string): Checked {
  const lines = new LineCounter();
  const at = (offset: number, path: Path, message: string): Mistake => {
    const { line, col } = lines.linePos(offset);
    return {
      line,
      column: col,
      pointer: pointerTo(path),
      message,
    };
  };
  if (new TextEncoder().encode(source).length > maxSourceBytes)
    return {
      ok: false,
      mistakes: [{ line: 1, column: 1, pointer: "", message: `the file is larger than ${maxSourceBytes / 1024} KiB` }],
    };

  const document = parsed(source, lines);
  if (!document) return { ok: false, mistakes: [at(0, [], "is nested too deeply")] };
  const broken = document.errors.map((e) =>
    at(e.pos[0], [], e.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "") ?? ""),
  );
  if (broken.length) return { ok: false, mistakes: broken };

  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: 20 });
  } catch {
    return { ok: false, mistakes: [at(0, [], "uses more than 20 aliases, or is nested too deeply")] };
  }
  const shaped = siteFile.safeParse(plain);
  if (!shaped.success) {
    const mistakes = shaped.error.issues.flatMap((issue) => {
      const path = issue.path.map((p) => (typeof p === "symbol" ? String(p) : p));
      if (issue.code === "unrecognized_keys")
        return issue.keys.map((key) => at(keyOffset(document, path, key), [...path, key], `there is no key \`${key}\` here`));
      return [
        at(
          valueOffset(document, path),
          path,
          issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message,
        ),
      ];
    });
    return { ok: false, mistakes };
  }
  const mistakes = meaning(shaped.data).map(([path, message, within]) => at(valueOffset(document, path, within), path, message));
  mistakes.sort((a, b) => a.line - b.line || a.column - b.column);
  return mistakes.length ? { ok: false, mistakes } : { ok: true, file: shaped.data };
}

/** Undefined where the nesting is more than the parser stands. */
function parsed(source: string, lineCounter: LineCounter): Document | undefined {
  try {
    return parseDocument(source, { lineCounter, schema: "core", uniqueKeys: true, version: "1.2" });
  } catch {
    return undefined;
  }
}

type Found = [path: Path, message: string, offsetWithin?: number];

/** What the shape alone cannot say: names that lead nowhere, conditions that do not hold together, destinations out of bounds. */
function meaning(file: SiteFile): Found[] {
  const found: Found[] = [];
  for (const [name, trigger] of Object.entries(file.triggers)) {
    if (!Object.hasOwn(file.messages, trigger.message))
      found.push([["triggers", name, "message"], `there is no message \`${trigger.message}\``]);
    if (trigger.when === undefined) continue;
    const condition = compileCondition(trigger.when);
    if (typeof condition !== "function") found.push([["triggers", name, "when"], condition.message, condition.offset]);
  }
  for (const [name, message] of Object.entries(file.messages)) {
    const taken = Object.values(file.destinations).some((d) => d.channels.includes(message.channel));
    if (!taken) found.push([["messages", name], `no destination takes the channel \`${message.channel}\``]);
    if (!/^(\/(?!\/)|https:\/\/)/.test(message.action.link))
      found.push([["messages", name, "action", "link"], "a link starts with / or https://"]);
  }
  for (const [name, destination] of Object.entries(file.destinations)) {
    const refused = refusedAddress(destination.url);
    if (refused) found.push([["destinations", name, "url"], `the URL ${refused}`]);
    const prefix = secretPrefix(file.site, name);
    if (destination.secret !== prefix && !destination.secret.startsWith(`${prefix}_`))
      found.push([["destinations", name, "secret"], `the secret of this destination must be named ${prefix} or ${prefix}_…`]);
  }
  return found;
}

function valueOffset(document: Document, path: Path, within = 0): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node: unknown = depth ? document.getIn(path.slice(0, depth), true) : document.contents;
    if (typeof node !== "object" || node === null || !("range" in node)) continue;
    const start = (node as { range: [number, number, number] }).range[0];
    if (depth < path.length) return start;
    const quoted = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE") ? 1 : 0;
    const plainText = quoted || (isScalar(node) && node.type === "PLAIN");
    return plainText ? start + quoted * (within ? 1 : 0) + within : start;
  }
  return 0;
}

function keyOffset(document: Document, path: Path, key: string): number {
  const node: unknown = path.length ? document.getIn(path, true) : document.contents;
  if (!isMap(node)) return valueOffset(document, path);
  const pair = node.items.find(({ key: k }) => isScalar(k) && String(k.value) === key);
  return isScalar(pair?.key) && pair.key.range ? pair.key.range[0] : valueOffset(document, path);
}
