import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Stop } from "../stop.ts";

const run = promisify(execFile);
const width = 1240;
const maxHeight = 16_000;
const timeoutMs = 60_000;

const places = [
  ...[
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/snap/bin/chromium",
  ],
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** A browser of this machine: the one that CHROME_PATH names, or one where browsers are. */
export function browserPath(named = process.env.CHROME_PATH): string {
  const found = named ? [named].find((place) => existsSync(place)) : places.find((place) => existsSync(place));
  if (found) return found;
  const what = named
    ? `CHROME_PATH names ${named}, and there is nothing`
    : "a picture needs Chromium or Chrome, and none is where they usually are";
  throw new Stop(`${what}; install one, set CHROME_PATH to it, or leave out --png and open the HTML`, named ? 2 : 1);
}

/** Takes a picture of a page of this machine, as high as the page is. */
export async function pictureOf(page: string, png: string): Promise<void> {
  const browser = browserPath();
  const profile = mkdtempSync(path.join(tmpdir(), "cusp-preview-"));
  const isRoot = process.getuid?.() === 0;
  const common = [
    ...[
      "--headless=new",
      "--disable-gpu",
      "--hide-scrollbars",
      "--no-first-run",
      "--disable-extensions",
      "--virtual-time-budget=5000",
    ],
    ...[`--user-data-dir=${profile}`, "--host-resolver-rules=MAP * ~NOTFOUND"], // no network: what it shows must be in the page
    ...(isRoot ? ["--no-sandbox"] : []),
  ];
  const url = pathToFileURL(page).href;
  try {
    const options = { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024 };
    const { stdout } = await run(browser, [...common, `--window-size=${width},1000`, "--dump-dom", url], options);
    const height = Math.min(maxHeight, Number(/<html[^>]* data-height="(\d+)"/.exec(stdout)?.[1] ?? 2000));
    await run(browser, [...common, `--window-size=${width},${height}`, `--screenshot=${path.resolve(png)}`, url], options);
  } catch {
    throw new Stop(`${browser} could not take the picture; open ${page} yourself`);
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  }
  if (!existsSync(png)) throw new Stop(`${browser} wrote no picture to ${png}; open ${page} yourself`);
}
