import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { validBatch } from "../../edge/ingest/batch.ts";
import { Refusal } from "../../edge/problem.ts";
import { redactBatch } from "../../edge/profile/redact-batch.ts";
import { plain } from "../plain.ts";
import { Stop } from "../stop.ts";
import type { Received } from "./week/sample-week.ts";

/** Reads batches, one JSON a line with `received_at`, person by person. */
export async function readRecorded(path: string): Promise<Received[][]> {
  const people = new Map<string, Received[]>();
  let line = 0;
  const at = (message: string) => new Stop(`${path}:${line}:1  ${message}`);
  try {
    for await (const text of createInterface({ input: createReadStream(path) })) {
      line++;
      if (!text.trim()) continue;
      const one = receivedOf(text, at);
      if (!one.batch.signals.length) continue;
      const had = people.get(one.batch.visitor);
      if (had) had.push(one);
      else people.set(one.batch.visitor, [one]);
    }
  } catch (error) {
    if (error instanceof Stop) throw error;
    throw new Stop(`${path} cannot be read`, 2);
  }
  if (!people.size) throw new Stop(`${path} holds no batches: one JSON object a line, with \`received_at\``);
  for (const all of people.values()) all.sort((a, b) => a.receivedAtMs - b.receivedAtMs);
  return [...people.values()];
}

function receivedOf(text: string, at: (message: string) => Stop): Received {
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text);
  } catch {
    throw at("is not JSON");
  }
  const { received_at: receivedAtMs, ...batch } = json ?? {};
  if (typeof receivedAtMs !== "number") throw at("says no `received_at`, epoch ms at which the edge got the batch");
  try {
    return { receivedAtMs, batch: redactBatch(validBatch(batch)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw at(plain(`${error.pointer ?? ""} ${error.message}`.trim()));
  }
}
