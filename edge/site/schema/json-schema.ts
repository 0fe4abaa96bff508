import { parse } from "yaml";
import * as z from "zod";
import { notes } from "./notes.ts";
import { siteFile } from "./site-file.ts";

/** The part of JSON Schema that zod writes. */
export interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  description?: string;
  examples?: unknown[];
  default?: unknown;
  const?: string | number | boolean;
  enum?: string[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  maxItems?: number;
  maxLength?: number;
}

/** Calls `see` with every key below `schema`; the alternatives of a key, and the items of its list, share its path. */
export function eachKey(schema: JsonSchema, see: (path: string, key: JsonSchema, of: JsonSchema) => void, path = ""): void {
  for (const [name, key] of Object.entries(schema.properties ?? {})) {
    const here = path ? `${path}.${name}` : name;
    see(here, key, schema);
    eachKey(key, see, here);
  }
  for (const other of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.items ? [schema.items] : [])])
    eachKey(other, see, path);
  if (typeof schema.additionalProperties === "object") eachKey(schema.additionalProperties, see, `${path}.*`);
}

/** The site file's JSON Schema, for editors: each key with what it says and an example. */
export function siteFileJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(siteFile, { io: "input" }) as JsonSchema;
  eachKey(schema, (path, key) => {
    const [says, example] = notes[path] ?? ["", "…"];
    if (says) key.description = says;
    if (!example.includes("…")) key.examples = [parse(example)];
  });
  return schema;
}
