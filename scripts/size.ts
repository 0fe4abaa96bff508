// What a site's visitors download, by scenario, held to its budget: part of `npm test`, and printed by `npm run bench -- size`.
import { readFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const root = path.join(import.meta.dirname, "..");

export interface Scenario {
  scenario: string;
  bytes: number;
  budget: number;
  raw: number;
}

const brotli = (data: Buffer): number =>
  brotliCompressSync(data, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }).length;
const gzip = (data: Buffer): number => gzipSync(data, { level: 9 }).length;

function measured(scenario: string, file: string, budget: number, compress: (data: Buffer) => number): Scenario {
  const data = readFileSync(path.join(root, file));
  return { scenario, bytes: compress(data), budget, raw: data.length };
}

export const scenarios = (): Scenario[] => [
  measured("script tag (cusp.js), brotli", "dist/cusp.js", 6.5 * 1024, brotli),
  measured("scorer, loaded when idle (score.js), brotli", "dist/score.js", 2 * 1024, brotli),
  measured("one pinned file (/v/…/cusp.js), brotli", "dist/cusp.pinned.js", 8.5 * 1024, brotli),
  measured("edge Worker, gzip", "dist/edge/edge.js", 150 * 1024, gzip),
];

if (import.meta.main) {
  const over = scenarios().filter(({ bytes, budget }) => bytes > budget);
  for (const { scenario, bytes, budget } of over) console.error(`${scenario}: ${bytes} bytes, budget ${budget}`);
  if (over.length) process.exit(1);
}
