import * as z from "zod";
import { parseJson, readText } from "../ingest/body.ts";
import { pointerTo } from "../pointer.ts";
import { Refusal } from "../problem.ts";

/** The JSON of a request in the shape that is asked for, or a refusal that names the field. */
export async function askedFor<T>(request: Request, shape: z.ZodType<T>, maxBytes = 16_384): Promise<T> {
  return fitting(shape, parseJson(await readText(request, maxBytes)));
}

/** The same for what stands in the address, where everything is text. */
export const askedIn = <T>(query: Record<string, string>, shape: z.ZodType<T>): T => fitting(shape, query);

export function fitting<T>(shape: z.ZodType<T>, value: unknown): T {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const detail = issue?.code === "unrecognized_keys" ? "holds a key that is not part of this request" : issue?.message;
  throw new Refusal(422, detail ?? "is not valid", { pointer: pointerTo(issue?.path ?? []) });
}

export const note = z.string().max(200, "a note has at most 200 characters").default("");
export const count = z.coerce.number().pipe(z.int().min(0));

const anInstant = "must be epoch milliseconds, or ISO 8601 like 2026-11-22T19:03:00Z";

export const instant = z.union(
  [z.int().min(0).max(8_640_000_000_000_000), z.iso.datetime({ offset: true }).transform((written) => Date.parse(written))],
  anInstant,
);
