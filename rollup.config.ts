import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import type { Plugin, RollupOptions } from "rollup";
import esbuild from "rollup-plugin-esbuild";

const typescript = esbuild({ target: "es2022", tsconfig: false });

/** Nothing is ever assigned to a `const`, so `let` says the same in fewer bytes. */
const constToLet: Plugin = { name: "const-to-let", renderChunk: (code) => code.replace(/\bconst (?=[\w$[{])/g, "let ") };

/**
 * Properties that only the library's own parts call each other by, shortened in what script tags load. Never a name of the wire,
 * of a stored record, of the public API or of the browser's: one of those here would break it silently.
 */
const inCore =
  "accepted become exists hurry keep leave loadLate moved nudge outlives passOf post remember report retryAfterMs sending renew settle submitted userId visit weak wipe".split(
    " ",
  );
const inLate =
  "againSeconds atSeconds backAndForth beforeMs cartItems cartValue cartViews choosing compared curves dwellMs firstAtMs goneMs helped idleMs lastAtMs leftAtMs leftMs nameOf pageOf policyMs quietMs refusals restMs saidMs searches sessionMs sinceMs stallMs stepsMs submits unplayedMs viewedAtMs watched worth".split(
    " ",
  );
/**
 * By these core and late chunk know each other's parts: short in both. They stay as they are from version to version: a browser may
 * keep one of the files longer than the other.
 */
const between: Record<string, string> = {
  openScoring: "_a",
  contextLater: "_b",
  commerceOf: "_c",
  rules: "_d",
  redactProperties: "_e",
  signalsOf: "_f",
  risen: "_g",
  startMs: "_h",
  inputMs: "_i",
  engagedMs: "_j",
  onFrame: "_k",
  viewPx: "_l",
  heightPx: "_m",
  byHand: "_n",
  scrolling: "_o",
  listen: "_p",
  emit: "_q",
  overcome: "_r",
  openSettings: "_s",
  startFrom: "_t",
  heardOf: "_u",
};
const shortBetween: Plugin = {
  name: "short-between",
  renderChunk: (code) =>
    code.replace(new RegExp(`\\b(${Object.keys(between).join("|")})\\b`, "g"), (name) => between[name] ?? name),
};
/** What the late chunk gives the core, and the vitals give the late chunk. */
const ofLate = [...Object.values(between), "adopt", "urgent"];
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

/**
 * Chromium compiles all of such a file off the page's thread, as it comes, and not each function on it, when it is first called: half
 * of what the library costs a page (https://v8.dev/blog/explicit-compile-hints).
 */
const compiledAhead: Plugin = { name: "compiled-ahead", renderChunk: (code) => `//# allFunctionsCalledOnLoad\n${code}` };

const script = (input: string, file: string, format: "iife" | "es", internal: string[], between: string[]): RollupOptions => ({
  input,
  output: { file, format, ...(format === "iife" && { strict: false }) },
  plugins: [
    nodeResolve({ browser: true }),
    typescript,
    constToLet,
    shortBetween,
    terser({
      ecma: 2020,
      compress: { passes: 5, inline: 1, unsafe: true, unsafe_arrows: true, pure_getters: true },
      mangle: { toplevel: true, properties: { regex: new RegExp(`^(${internal.join("|")})$`) } },
      format: { comments: false },
    }),
    namesAsMeant(internal, between),
    compiledAhead,
  ],
});

/** A script tag takes the core and, when idle, the rest; `scripts/build.ts` makes one file of both. npm leaves shortening to the site's own bundler. */
const config: RollupOptions[] = [
  script("sdk/script.ts", "dist/cusp.js", "iife", inCore, ofLate),
  script("sdk/script-late.ts", "dist/score.js", "es", inLate, [...ofLate, ...ofVitals]),
  script("sdk/vitals.ts", "dist/vitals.js", "es", [], ofVitals),
  script("sdk/touchpoints/touchpoint.ts", "dist/onsite.js", "es", [], ["show"]),
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
