import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Much of the time is spent on waiting for what an isolate knows to be over: two files at once, on however few cores.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "browser-side",
          include: ["contract/**/*.test.ts", "sdk/**/*.test.ts", "demo-site/**/*.test.ts"],
          environment: "jsdom",
        },
      },
      { test: { name: "cli", include: ["{cli,docs,server}/**/*.test.ts", "edge/**/*.vendor.test.ts"], environment: "node" } },
      {
        plugins: [
          cloudflareTest({
            main: "./edge/dev.ts",
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              cf: false,
              kvNamespaces: ["SITES"],
              bindings: {
                CUSP_BODIES: process.env.CUSP_BODIES ?? "3000",
                CUSP_JOURNEYS: process.env.CUSP_JOURNEYS ?? "1000",
                EDGE_SECRET: "edge-secret-of-the-tests-0123456789abcdef",
                ADMIN_TOKEN: "admin-token-of-the-tests-0123456789abcdef",
                IDENTITY_PK_DEMO: "identity-secret-of-the-tests-0123456789abcdef",
                EDGE_URL: "https://edge.example",
                DEST_PK_DEMO_EMAIL_FEEDBACK: "whsec_ZmVlZGJhY2sgb2YgdGhlIHRlc3RzLCAzMiBieXRlcyE=",
                DEST_PK_DEMO_PUSH_FEEDBACK: "whsec_ZmVlZGJhY2sgb2YgdGhlIHRlc3RzLCAzMiBieXRlcyE=",
                DEST_PK_DEMO_PUSH:
                  "BLfPcpr5y-4MoEPrZeOvX9R20jIWSYpg72fo5JlwrNhoK_G6XyA3r6U0yev2S1i-dbZ-CuRcXRbmU4m8QCBk-aA:s3zQoczK58mQPccViqom3sFuS2SIZMaH0Wqz819LnyA",
                DEST_PK_DEMO_OTHER: "whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3RzLCAzMiBieXRlcyE=",
                DEST_PK_DEMO_TEAM: "whsec_c3RhZmYncyBzZWNyZXQgb2YgdGhlIHRlc3RzLCAzMiBieXRlcyE=",
                DEST_PK_DEMO_EMAIL: "whsec_dGhlIHNlY3JldCBvZiB0aGUgdGVzdHMsIDMyIGJ5dGVzISE=",
              },
              serviceBindings: {
                SHOP: () => new Response("not in this test", { status: 404 }),
                RECEIVER: () => new Response("set vi.spyOn(env.RECEIVER, 'fetch') first", { status: 500 }),
              },
            },
          }),
        ],
        test: {
          name: "edge",
          include: ["edge/**/*.test.ts", "contract/score.vectors.test.ts", "contract/fold.test.ts"],
          exclude: ["edge/**/*.vendor.test.ts"],
        },
      },
    ],
  },
});
