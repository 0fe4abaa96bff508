import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "../cusp.ts";
import { startRecorder } from "../recorder.ts";

const { version } = JSON.parse(readFileSync(path.join(import.meta.dirname, "../../package.json"), "utf8")) as { version: string };

const policy = [
  "default-src 'none'",
  "script-src 'self' 'nonce-ours'",
  "connect-src 'self'",
  "img-src 'self'", // Firefox asks for an icon by itself
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** As strict as a page can be, and with elements that answer to names which scripts ask for. */
const strictPage = (script: string) => `<!doctype html>
<html><head>
<meta charset="utf-8"><meta name="referrer" content="no-referrer">
<script nonce="ours">
  window.seen = [];
  document.addEventListener("securitypolicyviolation", ({ violatedDirective }) => seen.push(violatedDirective));
  addEventListener("error", ({ message }) => seen.push(message));
  addEventListener("unhandledrejection", ({ reason }) => seen.push(String(reason)));
</script>
<meta http-equiv="Content-Security-Policy" content="${policy}">
</head><body>
<a id="cusp"></a><a id="cusp" name="q"></a>
<img name="currentScript"><img name="body"><form name="forms"><input name="elements"></form><form id="dataLayer"></form>
<a id="indexedDB"></a><a id="fetch"></a>
<button id="buy" data-cusp-name="buy">Buy</button>
<script async src="${script}" data-site="pk_demo" data-consent="granted"></script>
</body></html>`;

for (const script of ["/cusp.js", `/v/${version}/cusp.js`])
  test(`${script} works under the strictest policy, without a referrer, among elements that take its names`, async ({
    edge,
    tab,
  }) => {
    const recorder = await startRecorder(edge.url, (asked) => (asked === "/" ? strictPage(script) : undefined));
    const signals = () => recorder.taken.filter(({ status }) => status === 202).flatMap(({ batch }) => batch.signals);
    await tab.goto(`${recorder.url}/`);
    await tab.until(() => typeof (globalThis as { cusp?: unknown }).cusp === "function");
    await tab.click("#buy");
    await expect.poll(() => signals().map(({ kind }) => kind)).toEqual(expect.arrayContaining(["page_view", "click"]));
    expect(signals()).toContainEqual(expect.objectContaining({ kind: "click", target: "buy" }));
    expect(await tab.evaluate(() => (globalThis as unknown as { seen: string[] }).seen)).toEqual([]);
    await recorder.close();
  });
