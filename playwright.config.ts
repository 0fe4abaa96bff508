import { defineConfig } from "@playwright/test";
import { browserOptions } from "./bench/browser.ts";

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.e2e.ts",
  workers: 1,
  reporter: [["list"]],
  use: {
    trace: "retain-on-failure",
    viewport: { width: 1440, height: 900 },
    launchOptions: browserOptions,
  },
});
