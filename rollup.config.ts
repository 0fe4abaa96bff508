import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import type { Plugin, RollupOptions } from "rollup";
import esbuild from "rollup-plugin-esbuild";

const typescript = esbuild({ target: "es2022", tsconfig: false });

/** Nothing is ever assigned to a `const`, so `let` says the same in fewer bytes. */
const constToLet: Plugin = { name: "const-to-let", renderChunk: (code) => code.replace(/\bconst (?=[\w$[{])/g, "let ") };

/** The script tag takes everything in one file; the npm package leaves shortening names to the site's own bundler. */
const config: RollupOptions[] = [
  {
    input: "sdk/script.ts",
    output: { file: "dist/cusp.js", format: "iife", strict: true },
    plugins: [
      nodeResolve({ browser: true }),
      typescript,
      constToLet,
      terser({
        ecma: 2020,
        compress: { passes: 3, unsafe_arrows: true, pure_getters: true },
        mangle: { toplevel: true },
        format: { comments: false },
      }),
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
