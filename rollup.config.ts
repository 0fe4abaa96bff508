import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import type { Plugin, RollupOptions } from "rollup";
import esbuild from "rollup-plugin-esbuild";

const typescript = esbuild({ target: "es2022", tsconfig: false });

/** Nothing is ever assigned to a `const`, so `let` says the same in fewer bytes. */
const constToLet: Plugin = { name: "const-to-let", renderChunk: (code) => code.replace(/\bconst (?=[\w$[{])/g, "let ") };

/**
 * Properties that only the library's own parts call each other by, shortened in what script tags load. Never a name of the wire,
 * of a stored record, of the public API, of the browser's, or one by which core and late chunk call each other: one of those here
 * would break it silently.
 */
const inCore =
  "accepted become byHand exists fetchAnew heardOf heightPx hurry keep leave loadLate moved nudge outlives passOf post remember report retryAfterMs submitted userId viewPx visit wipe".split(
    " ",
  );
const inLate =
  "againSeconds backAndForth beforeMs byHand cartItems cartValue cartViews curves dwellMs firstAtMs goneMs heightPx idleMs lastAtMs leftAtMs nameOf pageOf policyMs quietMs restMs saidMs sessionMs sinceMs stallMs stepsMs unplayedMs viewPx".split(
    " ",
  );
/** What the late chunk gives the core, and the vitals give the late chunk: there by these names. */
const ofLate = ["openScoring", "contextLater", "commerceOf", "productOf", "redactProperties", "signalsOf", "risen", "urgent"];
const ofVitals = ["observeVitals"];

/** A name that is still there was reached by a string, or shortened in one place and not in another. */
const namesAsMeant = (internal: string[], between: string[]): Plugin => ({
  name: "names-as-meant",
  renderChunk(code) {
    const has = (name: string) => new RegExp(`\\b${name}\\b`).test(code);
    const left = internal.filter(has);
    if (left.length) this.error(`not shortened everywhere: ${left.join(", ")}`);
    const lost = between.filter((name) => !has(name));
    if (lost.length) this.error(`the files would not find in each other: ${lost.join(", ")}`);
    return null;
  },
});

const script = (input: string, file: string, format: "iife" | "es", internal: string[], between: string[]): RollupOptions => ({
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
    namesAsMeant(internal, between),
  ],
});

/** A script tag takes the core and, when idle, the rest; `scripts/build.ts` makes one file of both. npm leaves shortening to the site's own bundler. */
const config: RollupOptions[] = [
  script("sdk/script.ts", "dist/cusp.js", "iife", inCore, ofLate),
  script("sdk/script-late.ts", "dist/score.js", "es", inLate, [...ofLate, ...ofVitals]),
  script("sdk/vitals.ts", "dist/vitals.js", "es", [], ofVitals),
  {
    input: "sdk/index.ts",
    output: {
      dir: "dist/esm",
      format: "es",
      // File by file: what a site does not name, or loads later, its bundler leaves out of what it loads first.
      preserveModules: true,
      entryFileNames: ({ name }) => `${name.replace("node_modules", "from")}.js`, // npm packs no folder of that name
    },
    plugins: [
      nodeResolve({ browser: true }),
      typescript,
      terser({
        ecma: 2020,
        compress: false,
        mangle: false,
        format: { comments: false, preserve_annotations: true, beautify: true, indent_level: 2 },
      }),
    ],
  },
];
export default config;
