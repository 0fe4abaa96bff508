import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { brotliCompressSync } from "node:zlib";
import { checkSiteFile } from "../edge/site/check.ts";
import { compileSite } from "../edge/site/site-config.ts";
import { demoFile } from "../scripts/demo.ts";
import { median, round, table } from "./figures.ts";
import { openBrowser } from "./sdk/cdp.ts";
import { bundlePeers, peers } from "./sdk/peers.ts";
import { glance, type Visit, visit } from "./sdk/session.ts";
import { next, shop, sound } from "./sdk/shop.ts";
import { type Asked, type Sink, startSink } from "./sdk/sink.ts";

const ours = "cusp";
/** The page without any library: what it takes is nobody's. */
const blank = "blank";
const beside = "plausible";
const budgets = {
  brotli: 8.5 * 1024,
  eval_ms: 8,
  eval_ratio: 1.5,
  script_ms: 20,
  script_ratio: 2,
  body_bytes: 4 * 1024,
};

type Run = Visit & Asked;
interface Figures {
  brotli: number;
  eval_ms: number;
  script_ms: number;
  heap_kib: number;
  body_bytes: number;
  requests: number;
}
const states = ["cold", "warm"] as const;
type State = (typeof states)[number];

/** Ours beside what a user would pick instead: size, CPU, memory and bytes of one scripted visit in a real Chromium. */
export async function run(rest: string[]): Promise<object> {
  const { values } = parseArgs({
    args: rest,
    options: { rounds: { type: "string", default: "7" }, only: { type: "string" } },
  });
  const rounds = Number(values.rounds);
  const wanted = values.only?.split(",") ?? Object.keys(peers);
  const files = new Map<string, string | Buffer>();
  const sink = await startSink(files, await settings());
  const shopServer = await startShop();
  const names = [blank, ours, ...Object.keys(peers).filter((name) => wanted.includes(name))];
  const runs = new Map(names.map((name) => [name, { cold: [] as Run[], warm: [] as Run[] }]));
  try {
    for (const file of readdirSync("dist").filter((file) => file.endsWith(".js")))
      files.set(`/${file}`, readFileSync(path.join("dist", file)));
    for (const [name, bundle] of await bundlePeers(names.slice(2), sink.url)) files.set(`/peers/${name}.js`, bundle);

    for (let i = 0; i < rounds; i++) {
      // Each round begins with another, so that none always comes after the same.
      for (const name of [...names.slice(i % names.length), ...names.slice(0, i % names.length)]) {
        shopServer.sell(tag(name, sink.url));
        const { cold, warm } = await oneProfile(shopServer.url, sink);
        for (const { refused } of [cold, warm])
          if (refused.length) console.log(`${name} asked in vain for ${refused.join(", ")}`);
        if (name !== blank && !(cold.requests && warm.requests)) throw new Error(`${name} sent nothing`);
        runs.get(name)?.cold.push(cold);
        runs.get(name)?.warm.push(warm);
      }
    }
  } finally {
    sink.close();
    shopServer.close();
  }

  const brotli = (file: string) => brotliCompressSync(files.get(file) ?? "").length;
  const of = (name: string, state: State, pick: (run: Run) => number) => median(runs.get(name)?.[state].map(pick) ?? []);
  const over = (name: string, state: State, pick: (run: Run) => number) => of(name, state, pick) - of(blank, state, pick);
  const scriptsOf = (name: string) => [...new Set(runs.get(name)?.cold.flatMap(({ scripts }) => scripts))];
  const figures = (name: string, state: State): Figures => ({
    brotli: scriptsOf(name).reduce((sum, file) => sum + brotli(file), 0),
    eval_ms: round(over(name, state, (run) => run.evalMs)),
    script_ms: round(over(name, state, (run) => run.scriptMs)),
    heap_kib: round(
      over(name, state, (run) => run.heapBytes / 1024),
      0,
    ),
    body_bytes: of(name, state, (run) => run.bodyBytes),
    requests: of(name, state, (run) => run.requests),
  });
  const spread = (name: string, state: State, pick: (run: Run) => number) => {
    const all = runs.get(name)?.[state].map(pick) ?? [];
    return `${round(Math.min(...all), 1)}–${round(Math.max(...all), 1)}`;
  };

  const libraries = names.slice(1);
  for (const state of [...states].reverse()) {
    table(
      names.map((name) => ({
        [`${state} profile`]: name,
        ...(name === blank
          ? {
              ...figures(name, state),
              eval_ms: round(of(name, state, (r) => r.evalMs)),
              script_ms: round(of(name, state, (r) => r.scriptMs)),
            }
          : figures(name, state)),
        preflights: of(name, state, (run) => run.preflights),
        "eval from–to": spread(name, state, (run) => run.evalMs),
        "script from–to": spread(name, state, (run) => run.scriptMs),
      })),
    );
  }
  const parts = scriptsOf(ours).map((file) => `${file} ${brotli(file)}`);
  console.log(`${ours} is ${parts.join(" + ")} bytes (brotli); each other is one file\n`);

  const all = Object.fromEntries(libraries.map((name) => [name, { ...figures(name, "warm"), cold: figures(name, "cold") }]));
  const mine = figures(ours, "warm");
  const ratio = (key: "eval_ms" | "script_ms") =>
    libraries.includes(beside) ? round(mine[key] / figures(beside, "warm")[key]) : 0;
  const measured = { ...mine, eval_ratio: ratio("eval_ms"), script_ratio: ratio("script_ms") };
  table(
    Object.entries(budgets).map(([key, budget]) => ({
      [`${ours}, warm`]: key.replace("ratio", `over ${beside}`),
      measured: measured[key as keyof typeof measured],
      budget,
      kept: measured[key as keyof typeof measured] <= budget ? "yes" : "NO",
    })),
  );
  return { rounds, ...all, eval_ratio: measured.eval_ratio, script_ratio: measured.script_ratio };
}

/** A browser nobody has used: its first visit, one in between whose compiled code it keeps, and a later visit. */
async function oneProfile(url: string, sink: Sink): Promise<Record<State, Run>> {
  const profile = mkdtempSync(path.join(tmpdir(), "cusp-sdk-"));
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
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

const tag = (name: string, sink: string): string => {
  if (name === blank) return "";
  if (name === ours) return `<script async src="${sink}/cusp.js" data-site=pk_demo data-consent=granted></script>`;
  return `<script async src="${sink}/peers/${name}.js"></script>`;
};

/** The demo's settings, as its edge would give them. */
async function settings(): Promise<string> {
  const checked = checkSiteFile(readFileSync(demoFile, "utf8"));
  if (!checked.ok) throw new Error("the demo's site file is refused");
  return (await compileSite(1, checked.file)).settings;
}

async function startShop() {
  const wav = sound();
  let page = "";
  const server = http.createServer((request, response) => {
    if (request.url === "/sound.wav") return response.writeHead(200, { "content-type": "audio/wav" }).end(wav);
    response
      .writeHead(200, { "content-type": "text/html", "cache-control": "no-cache" })
      .end(request.url === "/next" ? next : page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/products/lamp`,
    sell(scripts: string) {
      page = shop(scripts);
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
