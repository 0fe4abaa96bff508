// What a site's visitors download, by scenario, held to its budget: part of `npm test`, and printed by `npm run bench -- size`.
import { readFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { buildSync } from "esbuild";

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

const sized = (scenario: string, data: Buffer, budget: number, compress: (data: Buffer) => number): Scenario => ({
  scenario,
  bytes: compress(data),
  budget,
  raw: data.length,
});
const file = (name: string): Buffer => readFileSync(path.join(root, "dist", name));
const measured = (scenario: string, name: string, budget: number): Scenario => sized(scenario, file(name), budget, brotli);
/** Modules of the Worker that are loaded together. */
const joined = (scenario: string, names: string[], budget: number): Scenario =>
  sized(scenario, Buffer.concat(names.map((name) => file(`worker/${name}`))), budget, gzip);

/** What a site's own bundler makes of our package, without what it loads later. */
function bundled(scenario: string, signals: string, budget: number): Scenario {
  const names = signals && `, ${signals}`;
  const { outputFiles, metafile } = buildSync({
    stdin: {
      contents: `import { start${names} } from "./dist/esm/sdk/index.js"; start({ site: "pk_x", edge: "https://e", signals: [${signals}].flat() })`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    absWorkingDir: root,
    outdir: "out",
    metafile: true,
    write: false,
  });
  const first = (file: string): string[] => [
    file,
    ...(metafile.outputs[file]?.imports ?? []).flatMap(({ path, kind }) => (kind === "import-statement" ? first(path) : [])),
  ];
  const files = new Set(first("out/stdin.js").map((file) => path.join(root, file)));
  const code = outputFiles.filter(({ path }) => files.has(path)).map(({ contents }) => contents);
  return sized(scenario, Buffer.concat(code), budget, brotli);
}

const kib = 1024;

export const scenarios = (): Scenario[] => [
  measured("script tag (cusp.js), brotli", "cusp.js", 8.5 * kib),
  measured("loaded when idle (score.js), brotli", "score.js", 12.5 * kib),
  measured("web vitals, loaded when idle (vitals.js), brotli", "vitals.js", 3.2 * kib),
  measured("what draws a message, loaded with the first (onsite.js), brotli", "onsite.js", 4 * kib),
  measured("one pinned file (/v/…/cusp.js), brotli", "cusp.pinned.js", 22 * kib),
  bundled("npm, start only, brotli", "", 10 * kib),
  bundled("npm, start and exitIntent, brotli", "exitIntent", 11 * kib),
  bundled("npm, start and allSignals, brotli", "allSignals", 17 * kib),
  joined("edge Worker, what every isolate loads, gzip", ["edge.js", "chunk.js"], 150 * kib),
  joined("edge Worker, what a mail of its own loads besides, gzip", ["mail.js"], 10 * kib),
  joined("edge Worker, what a push loads besides, gzip", ["site-check.js"], 55 * kib),
  joined("edge Worker, what servers and operators load besides, gzip", ["operations.js"], 34 * kib),
  joined("edge Worker, what a brand's voice loads besides, gzip", ["voice.js"], 2 * kib),
  joined("edge Worker, what a vendor's destination loads besides, gzip", ["adapters.js"], 15 * kib),
  joined("edge Worker, what a site with feeds loads besides, gzip", ["feeds.js"], 3 * kib),
];

if (import.meta.main) {
  const over = scenarios().filter(({ bytes, budget }) => bytes > budget);
  for (const { scenario, bytes, budget } of over) console.error(`${scenario}: ${bytes} bytes, budget ${budget}`);
  if (over.length) process.exit(1);
}
