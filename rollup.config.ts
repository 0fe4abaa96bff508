import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import type { Plugin, RollupOptions } from "rollup";
import esbuild from "rollup-plugin-esbuild";

const typescript = esbuild({ target: "es2022", tsconfig: false });

/** Nothing is ever assigned to a `const`, so `let` says the same in fewer bytes. */
const constToLet: Plugin = { name: "const-to-let", renderChunk: (code) => code.replace(/\bconst (?=[\w$[{])/g, "let ") };

/**
 * Properties that only the library's own parts call each other by, shortened in the script tag. Never a name of the wire, of a
 * stored record, of the public API or of the browser's: one of those here would break it silently.
 */
const internal = (
  "accepted clicks curves dwellMs engagedMs goneMs hurry inputMs keep lastAtMs leave leftAtMs listen money nudge onFrame " +
  "outlives pageOf post quietMs report retryAfterMs risen see settle startMs submits weak"
).split(" ");

/** A name that is still there was reached by a string, or shortened in one place and not in another. */
const allShortened: Plugin = {
  name: "all-shortened",
  renderChunk(code) {
    const left = internal.filter((name) => new RegExp(`\\b${name}\\b`).test(code));
    if (left.length) this.error(`not shortened everywhere: ${left.join(", ")}`);
    return null;
  },
};

/** The script tag takes everything in one file; the npm package leaves shortening names to the site's own bundler. */
const config: RollupOptions[] = [
  {
    input: "sdk/script.ts",
    output: { file: "dist/cusp.js", format: "iife", strict: false },
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
      allShortened,
    ],
  },
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
