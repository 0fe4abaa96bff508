import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { checkSiteFile } from "../edge/site/check.ts";
import { compileSite } from "../edge/site/site-config.ts";
import { demoFile } from "../scripts/demo.ts";
import { openBrowser } from "./sdk/cdp.ts";
import { bundlePeers, peers } from "./sdk/peers.ts";
import { blank, ours, type Run, type Runs, report, type State } from "./sdk/report.ts";
import { glance, visit } from "./sdk/session.ts";
import { startShop } from "./sdk/shop.ts";
import { type Sink, startSink } from "./sdk/sink.ts";

/**
 * Ours beside what a user would pick instead: size, CPU, memory and bytes of one scripted visit in a real Chromium. All of them
 * in turn, in each of `--rounds`; `--only` names the others to be measured.
 */
export async function run(rest: string[]): Promise<object> {
  const { values } = parseArgs({ args: rest, options: { rounds: { type: "string", default: "7" }, only: { type: "string" } } });
  const rounds = Number(values.rounds);
  const others = values.only?.split(",") ?? Object.keys(peers);
  const names = [blank, ours, ...others];
  const runs: Runs = new Map(names.map((name) => [name, { warm: [], cold: [] }]));
  const files = new Map<string, string>();
  for (const file of readdirSync("dist").filter((file) => file.endsWith(".js")))
    files.set(`/${file}`, readFileSync(path.join("dist", file), "utf8"));

  const shop = await startShop();
  const sink = await startSink(files, await settings());
  try {
    for (const [name, bundle] of await bundlePeers(others, sink.url)) files.set(`/peers/${name}.js`, bundle);
    for (let i = 0; i < rounds; i++) {
      const first = i % names.length; // or one would always come after the same
      for (const name of [...names.slice(first), ...names.slice(0, first)]) {
        shop.add(tag(name, sink.url));
        const once = await oneProfile(shop.url, sink);
        for (const [state, run] of Object.entries(once)) {
          if (run.refused.length) console.log(`${name} asked in vain for ${run.refused.join(", ")}`);
          if (name !== blank && !run.requests) throw new Error(`${name} sent nothing`);
          runs.get(name)?.[state as State].push(run);
        }
      }
    }
  } finally {
    sink.close();
    shop.close();
  }
  return { rounds, ...report(runs, files) };
}

const tag = (name: string, sink: string): string => {
  if (name === blank) return "";
  if (name === ours) return `<script async src="${sink}/cusp.js" data-site=pk_demo data-consent=granted></script>`;
  return `<script async src="${sink}/peers/${name}.js"></script>`;
};

/** A browser nobody has used: its first visit, one after which it keeps the compiled code, and a later visit. */
async function oneProfile(url: string, sink: Sink): Promise<Record<State, Run>> {
  const profile = mkdtempSync(path.join(tmpdir(), "cusp-sdk-"));
  try {
    const browser = await openBrowser(profile);
    const counted = async (): Promise<Run> => {
      const asked = sink.count();
      const visited = await visit(browser, url);
      sink.count(); // what comes later is not of this visit
      return { ...visited, ...asked };
    };
    try {
      const cold = await counted();
      await glance(browser, url);
      return { cold, warm: await counted() };
    } finally {
      await browser.close();
    }
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** The demo's settings, as its edge would give them. */
async function settings(): Promise<string> {
  const checked = checkSiteFile(readFileSync(demoFile, "utf8"));
  if (!checked.ok) throw new Error("the demo's site file is refused");
  return (await compileSite(1, checked.file)).settings;
}
