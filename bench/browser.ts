import { type BrowserContext, chromium } from "@playwright/test";

/** The Chromium of this machine, kept off the network. */
export const browserOptions = {
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"],
};

/** A browser with a profile that outlives it. */
export const openBrowser = (profile: string): Promise<BrowserContext> =>
  chromium.launchPersistentContext(profile, { ...browserOptions, viewport: { width: 1440, height: 900 } });
