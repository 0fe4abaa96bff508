// Everything that runs: the SDK (rollup), then the edge, the CLI and the demo (esbuild), then the SDK's types (tsc).
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type BuildOptions, build } from "esbuild";

const root = path.join(import.meta.dirname, "..");
process.chdir(root);
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const node = (script: string, ...args: string[]) => execFileSync(process.execPath, [script, ...args], { stdio: "inherit" });

mkdirSync("dist", { recursive: true });
node("node_modules/rollup/dist/bin/rollup", "-c", "rollup.config.ts", "--silent");

const text = (file: string) => readFileSync(path.join("dist", file), "utf8");
const full = text("cusp.pinned.js");
const integrity = `sha384-${createHash("sha384").update(full).digest("base64")}`;
const script = Object.entries({ source: text("cusp.js"), score: text("score.js"), full, version, integrity });
writeFileSync("dist/script.js", script.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`).join(""));
writeFileSync("dist/script.d.ts", script.map(([name]) => `export declare const ${name}: string;\n`).join(""));

// `wrangler` makes its own Worker of edge/index.ts and runs this first: it needs the two steps above only.
if (!process.argv.includes("--sdk-only")) {
  const worker: BuildOptions = {
    bundle: true,
    format: "esm",
    target: "es2022",
    external: ["cloudflare:*"],
    conditions: ["workerd"],
  };
  const page: BuildOptions = { bundle: true, target: "es2022", minify: true };
  await Promise.all([
    build({ ...worker, entryPoints: ["edge/index.ts"], outfile: "dist/edge/edge.js", minify: true }),
    build({ ...worker, entryPoints: ["edge/dev.ts"], outfile: "dist/edge/dev.js" }),
    build({ ...worker, entryPoints: ["demo-site/inbox-worker.ts"], outfile: "dist/edge/inbox.js" }),
    build({ ...page, format: "esm", entryPoints: ["demo-site/panel.ts", "demo-site/inbox.ts"], outdir: "dist/demo" }),
    build({ ...page, format: "iife", entryPoints: ["demo-site/clock.ts"], outfile: "dist/demo/clock.js" }),
    build({
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      entryPoints: ["cli/index.ts"],
      outfile: "dist/cli.js",
      // `yaml` is CommonJS for Node and asks for built-in modules by `require`.
      banner: {
        js: '#!/usr/bin/env node\nimport { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
      },
    }),
  ]);
  cpSync("demo-site/pages", "dist/demo", { recursive: true });
  node("node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json");
}
