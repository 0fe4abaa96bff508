import * as z from "zod";
import { parseJson, readText } from "../ingest/body.ts";
import { Refusal } from "../problem.ts";
import type { Layouts } from "../site/rules/layouts.ts";
import { fitting } from "./asked.ts";

/** Ten layouts of the greatest size that is taken, and the file. */
const maxSentBytes = 1_500_000;

const withLayouts = z.strictObject({
  file: z.string(),
  layouts: z
    .record(z.string().max(120), z.string())
    .refine((all) => Object.keys(all).length <= 10, "a site has at most 10 layouts"),
});

/** A site file as it was sent: YAML alone, or JSON of it and of its layouts. */
export async function sentFile(request: Request, maxSourceBytes: number): Promise<{ source: string; layouts?: Layouts }> {
  if (!/^application\/json\b/i.test(request.headers.get("content-type") ?? ""))
    return { source: await readText(request, maxSourceBytes) };
  const { file: source, layouts } = fitting(withLayouts, parseJson(await readText(request, maxSentBytes)));
  if (new TextEncoder().encode(source).length > maxSourceBytes)
    throw new Refusal(413, `the site file is larger than ${maxSourceBytes} bytes`, { pointer: "/file" });
  return { source, layouts };
}
