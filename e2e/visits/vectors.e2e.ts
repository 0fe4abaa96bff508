import { build } from "esbuild";
import { expected } from "../../contract/score.vectors.ts";
import { expect, test } from "../cusp.ts";

test("the golden vectors reach the same tenth in this browser as in Node", async ({ edge, tab }) => {
  const { outputFiles } = await build({
    stdin: { contents: 'export { scored } from "./contract/score.vectors.ts";', resolveDir: ".", loader: "ts" },
    bundle: true,
    format: "iife",
    globalName: "vectors",
    write: false,
  });
  await tab.goto(`${edge.url}/inbox`);
  await tab.evaluate((source) => {
    const script = document.createElement("script");
    script.textContent = source;
    document.head.append(script);
  }, outputFiles[0]?.text ?? "");
  const scored = await tab.evaluate(() => (globalThis as unknown as { vectors: { scored: () => string[] } }).vectors.scored());
  expect(scored).toEqual(expected());
});
