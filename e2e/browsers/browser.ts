import { openChromium } from "./chromium.ts";
import { openFirefox } from "./firefox.ts";
import type { Browser } from "./tab.ts";
import { openWebKit } from "./webkit.ts";

const browsers: Record<string, () => Promise<Browser>> = {
  chromium: openChromium,
  firefox: openFirefox,
  webkit: openWebKit,
};

/** Which browser the tests run in, by CUSP_BROWSER. */
export const browserName = process.env.CUSP_BROWSER ?? "chromium";

export function openBrowser(name = browserName): Promise<Browser> {
  const open = browsers[name];
  if (!open) throw new Error(`the browser is one of ${Object.keys(browsers).join(", ")}; not ${name}`);
  return open();
}
