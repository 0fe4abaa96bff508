import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import type { Plugin, RollupOptions } from "rollup";
import esbuild from "rollup-plugin-esbuild";

const typescript = esbuild({ target: "es2022", tsconfig: false });

/** Nothing is ever assigned to a `const`, so `let` says the same in fewer bytes. */
const constToLet: Plugin = { name: "const-to-let", renderChunk: (code) => code.replace(/\bconst (?=[\w$[{])/g, "let ") };

/**
 * Properties that only the library's own parts call each other by, shortened in what script tags load. Never a name of the wire,
 * of a stored record, of the public API, of the browser's, or one by which core and scorer call each other: one of those here
 * would break it silently.
 */
const inCore =
  "accepted hurry inputMs keep leave listen nudge onFrame outlives post report retryAfterMs settle startMs weak".split(" ");
const inScorer = "clicks curves dwellMs goneMs lastAtMs leftAtMs money pageOf quietMs submits".split(" ");
/** What the scorer gives the core, which is another file: there by these names. */
const between = ["openScoring", "risen", "urgent"];

/** A name that is still there was reached by a string, or shortened in one place and not in another. */
const namesAsMeant = (internal: string[]): Plugin => ({
  name: "names-as-meant",
  renderChunk(code) {
    const has = (name: string) => new RegExp(`\\b${name}\\b`).test(code);
    const left = internal.filter(has);
    if (left.length) this.error(`not shortened everywhere: ${left.join(", ")}`);
    const lost = between.filter((name) => !has(name));
    if (lost.length) this.error(`core and scorer would not find: ${lost.join(", ")}`);
    return null;
  },
});

const script = (input: string, file: string, format: "iife" | "es", internal: string[]): RollupOptions => ({
  input,
  output: { file, format, ...(format === "iife" && { strict: false }) },
  plugins: [
    nodeResolve({ browser: true }),
    typescript,
    constToLet,
    terser({
      ecma: 2020,
      compress: { passes: 3, inline: 1, unsafe: true, unsafe_arrows: true, pure_getters: true },
      mangle: { toplevel: true, properties: { regex: new RegExp(`^(${internal.join("|")})$`) } },
      format: { comments: false },
    }),
    namesAsMeant(internal),
  ],
});

/** A script tag takes the core and, when idle, the scorer, or both in one file; npm leaves shortening to the site's own bundler. */
const config: RollupOptions[] = [
  script("sdk/script.ts", "dist/cusp.js", "iife", inCore),
  script("sdk/scoring.ts", "dist/score.js", "es", inScorer),
  script("sdk/script-pinned.ts", "dist/cusp.pinned.js", "iife", [...inCore, ...inScorer]),
  {
    input: "sdk/index.ts",
    output: { file: "dist/index.js", format: "es" },
    plugins: [
      nodeResolve({ browser: true }),
      typescript,
      terser({ ecma: 2020, compress: false, mangle: false, format: { comments: false, beautify: true, indent_level: 2 } }),
    ],
  },
];
export default config;
