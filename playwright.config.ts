import { defineConfig } from "@playwright/test";
import { browserOptions } from "./bench/browser.ts";
import { browserName } from "./e2e/browsers/browser.ts";
import { viewport } from "./e2e/browsers/tab.ts";

const isChromium = browserName === "chromium";

/** `e2e/visits` holds what every browser must do; what is beside it is about the edge and the demo, and needs one browser. */
export default defineConfig({
  testDir: isChromium ? "e2e" : "e2e/visits",
  testMatch: "*.e2e.ts",
  workers: 1,
  timeout: isChromium ? 30_000 : 90_000, // a driver needs seconds to start a browser
  reporter: [["list"]],
  use: {
    trace: "retain-on-failure",
    viewport,
    launchOptions: browserOptions,
  },
});
