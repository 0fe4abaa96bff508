// Everything that runs: the SDK (rollup), then the edge, the CLI and the demo (esbuild), then the SDK's types (tsc, and one file
// of them by API Extractor).
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { type BuildOptions, build } from "esbuild";
import { rollup } from "rollup";
import esbuild, { minify } from "rollup-plugin-esbuild";
import { compiled } from "../cli/mail/mjml.ts";

const root = path.join(import.meta.dirname, "..");
process.chdir(root);
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
const node = (script: string, ...args: string[]) => execFileSync(process.execPath, [script, ...args], { stdio: "inherit" });

mkdirSync("dist", { recursive: true });
node("node_modules/rollup/dist/bin/rollup", "-c", "rollup.config.ts", "--silent");

const text = (file: string) => readFileSync(path.join("dist", file), "utf8");
const source = text("cusp.js");
const [score, onsite] = [text("score.js"), text("onsite.js")];

/** What stands in a file of ours in place of something; it must be there. */
function inPlaceOf(pattern: RegExp, code: string, instead: string): string {
  if (!pattern.test(code)) throw new Error(`${pattern} is not in what rollup made`);
  return code.replace(pattern, () => instead);
}

const exported = /export\{([^}]*)\};?\s*$/;
/** A module's code as an expression that gives what it exports. */
function asExpression(module: string): string {
  const [, names = ""] = exported.exec(module) ?? [];
  return `(()=>{${inPlaceOf(exported, module, "")}return{${names.replace(/([\w$]+) as (\w+)/g, "$2:$1")}}})()`;
}

/** Core, late chunk and what draws messages in one file, which loads no other: a site that pins its hash has pinned everything that runs. */
const late = inPlaceOf(/import\(\w+\+"\/vitals\.js"\)/, score, "Promise.reject()");
const full = [
  `//# allFunctionsCalledOnLoad\n{let touchpoints=()=>${asExpression(onsite)},late=`,
  asExpression(inPlaceOf(/import\(\w+\+"\/onsite\.js"\)/, late, "Promise.resolve(drawn??=touchpoints())")),
  ",drawn;",
  inPlaceOf(/import\(\w+\+"\/score\.js"\)/, source, "Promise.resolve(late)"),
  "}",
].join("");
writeFileSync("dist/cusp.pinned.js", full);
const integrity = `sha384-${createHash("sha384").update(full).digest("base64")}`;

// What the Worker serves beside its own code, and what it must know of both: a site file that another check took is checked again.
mkdirSync("dist/scripts", { recursive: true });
for (const file of ["cusp.js", "score.js", "vitals.js", "onsite.js", "cusp.pinned.js"])
  cpSync(`dist/${file}`, `dist/scripts/${file}`);
const layout = await compiled(readFileSync("edge/content/mail/default.mjml", "utf8"));
if ("faults" in layout) throw new Error(layout.faults.map(({ line, message }) => `default.mjml:${line} ${message}`).join("\n"));
writeFileSync("dist/default-layout.js", `export const defaultLayout = ${JSON.stringify(layout.html)};\n`);
writeFileSync("dist/default-layout.d.ts", "export declare const defaultLayout: string;\n");

const worker: BuildOptions = {
  bundle: true,
  format: "esm",
  target: "es2022",
  external: ["cloudflare:*"],
  conditions: ["workerd"],
};
const checks = await build({ ...worker, entryPoints: ["edge/objects/site/site-check.ts"], minify: true, write: false });
const checksHash = createHash("sha256")
  .update(checks.outputFiles[0]?.text ?? "")
  .digest("hex")
  .slice(0, 12);
const constants = Object.entries({ version, integrity, checksHash });
writeFileSync("dist/script.js", constants.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`).join(""));
writeFileSync("dist/script.d.ts", constants.map(([name]) => `export declare const ${name}: string;\n`).join(""));

// What the edge takes and sends, for programs: made of the schemas that are in force, so that no isolate has to carry it.
const described = await build({ ...worker, entryPoints: ["edge/openapi/document.ts"], platform: "node", write: false });
const code = Buffer.from(described.outputFiles[0]?.contents ?? []).toString("base64");
const { openApi } = (await import(`data:text/javascript;base64,${code}`)) as { openApi: (version: string) => object };
writeFileSync("dist/scripts/openapi.json", JSON.stringify(openApi(version)));

// What is in this folder is the Worker: `wrangler deploy` uploads all of it, and workerd.capnp names each.
rmSync("dist/worker", { recursive: true, force: true });
// By rollup: what is loaded later takes what it shares from what is there already, so that the modules stay few (docs/decisions/011).
const edge = await rollup({
  input: { edge: "edge/index.ts" },
  external: /^cloudflare:/,
  plugins: [nodeResolve({ browser: true, exportConditions: ["workerd"] }), esbuild({ target: "es2022", tsconfig: false })],
  treeshake: { moduleSideEffects: (id) => !id.includes("node_modules") },
  logLevel: "silent",
});
await edge.write({
  dir: "dist/worker",
  entryFileNames: "[name].js",
  chunkFileNames: ({ name }) => (name === "index" ? "chunk.js" : "[name].js"),
  plugins: [minify({ target: "es2022", legalComments: "none" }), terser({ ecma: 2020, module: true })], // the second takes 4 % more, of little
});

// `wrangler` runs this first and needs no more.
if (!process.argv.includes("--worker-only")) {
  const page: BuildOptions = { bundle: true, target: "es2022", minify: true };
  await Promise.all([
    build({ ...worker, entryPoints: ["edge/dev.ts"], outfile: "dist/edge/dev.js" }),
    build({ ...worker, entryPoints: ["demo-site/inbox-worker.ts"], outfile: "dist/edge/inbox.js" }),
    build({ ...page, format: "esm", entryPoints: ["demo-site/panel.ts", "demo-site/inbox.ts"], outdir: "dist/demo" }),
    build({ ...page, format: "iife", entryPoints: ["demo-site/clock.ts"], outfile: "dist/demo/clock.js" }),
    build({ ...worker, entryPoints: ["server/user-token.ts"], outfile: "dist/server/index.js" }),
    build({
      bundle: true,
      platform: "node",
      external: ["mjml"], // of whoever has a layout of their own
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
  cpSync("demo-site/signals", "dist/demo/signals", { recursive: true });
  rmSync("dist/types", { recursive: true, force: true });
  node("node_modules/typescript/bin/tsc", "-p", "tsconfig.types.json");
  // TypeScript leaves the names of types' own files as they are written.
  for (const file of globSync("dist/types/**/*.d.ts"))
    writeFileSync(file, readFileSync(file, "utf8").replace(/(?<=(from |import\()".*)\.ts(?=")/g, ".js"));
  cpSync("dist/types/server/user-token.d.ts", "dist/server/index.d.ts");
  const { Extractor } = await import("@microsoft/api-extractor");
  // A changed report is what `npm run check` tells of; `--api` takes it over.
  Extractor.loadConfigAndInvoke("etc/api-extractor.json", {
    localBuild: process.argv.includes("--api"),
    messageCallback: (message) => {
      message.handled ||= message.messageId === "console-api-report-not-copied" || message.logLevel === "info";
    },
  });
  console.log(`/v/${version}/cusp.js  integrity="${integrity}"`);
}
