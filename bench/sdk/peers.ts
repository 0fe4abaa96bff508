import { build } from "esbuild";
import { installed } from "../peer-packages.ts";

/** What a user would pick instead, set up as its own documentation says, with all it does by itself switched on. */
interface Peer {
  packages: Record<string, string>;
  /** The module a site would write, where `SINK` is the place to send to. */
  module: string;
}

const snowplow = "4.6.8";

export const peers: Record<string, Peer> = {
  plausible: {
    packages: { "@plausible-analytics/tracker": "0.4.6" },
    module: `import { init } from "@plausible-analytics/tracker";
      init({ domain: "shop.example", endpoint: SINK + "/api/event", captureOnLocalhost: true });`,
  },
  "web-vitals": {
    packages: { "web-vitals": "6.2.3" },
    module: `import { onCLS, onFCP, onINP, onLCP, onTTFB } from "web-vitals";
      const send = ({ name, value, id }) => navigator.sendBeacon(SINK + "/vitals", JSON.stringify({ name, value, id }));
      for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) on(send);`,
  },
  posthog: {
    packages: { "posthog-js": "1.449.2" },
    module: `import posthog from "posthog-js";
      posthog.init("phc_bench", { api_host: SINK, person_profiles: "identified_only" });`,
  },
  segment: {
    packages: { "@segment/analytics-next": "1.84.3" },
    module: `import { AnalyticsBrowser } from "@segment/analytics-next";
      AnalyticsBrowser.load({ writeKey: "bench", cdnURL: SINK }).page();`,
  },
  snowplow: {
    packages: {
      "@snowplow/browser-tracker": snowplow,
      "@snowplow/browser-plugin-button-click-tracking": snowplow,
      "@snowplow/browser-plugin-form-tracking": snowplow,
      "@snowplow/browser-plugin-link-click-tracking": snowplow,
    },
    module: `import { enableActivityTracking, newTracker, trackPageView } from "@snowplow/browser-tracker";
      import { ButtonClickTrackingPlugin, enableButtonClickTracking } from "@snowplow/browser-plugin-button-click-tracking";
      import { enableFormTracking, FormTrackingPlugin } from "@snowplow/browser-plugin-form-tracking";
      import { enableLinkClickTracking, LinkClickTrackingPlugin } from "@snowplow/browser-plugin-link-click-tracking";
      newTracker("sp", SINK, {
        appId: "bench",
        plugins: [ButtonClickTrackingPlugin(), FormTrackingPlugin(), LinkClickTrackingPlugin()],
      });
      enableActivityTracking({ minimumVisitLength: 5, heartbeatDelay: 5 });
      trackPageView();
      enableButtonClickTracking();
      enableFormTracking();
      enableLinkClickTracking();`,
  },
  mixpanel: {
    packages: { "mixpanel-browser": "2.83.0" },
    // The core: what is left when the recorder of sessions, which is off by default, is left out.
    module: `import mixpanel from "mixpanel-browser/src/loaders/loader-module-core";
      mixpanel.init("bench", { api_host: SINK, autocapture: true, persistence: "localStorage" });`,
  },
  clarity: {
    // @microsoft/clarity only loads this from its maker's server.
    packages: { "clarity-js": "0.8.70" },
    module: `import { clarity } from "clarity-js";
      clarity.start({ projectId: "bench", upload: SINK + "/collect", track: true, content: true });`,
  },
};

/** Each peer as the one minified file that a site would serve. */
export async function bundlePeers(names: readonly string[], sink: string): Promise<Map<string, string>> {
  const unknown = names.filter((name) => !peers[name]);
  if (unknown.length) throw new Error(`nothing is known of ${unknown.join(", ")}`);
  const resolveDir = installed(Object.assign({}, ...Object.values(peers).map(({ packages }) => packages)));
  const bundled = await Promise.all(
    names.map(async (name): Promise<[string, string]> => {
      const { outputFiles } = await build({
        stdin: { contents: peers[name]?.module ?? "", resolveDir },
        define: { SINK: JSON.stringify(sink), "process.env.NODE_ENV": '"production"' },
        bundle: true,
        minify: true,
        legalComments: "none",
        format: "iife",
        target: "es2022",
        write: false,
        logLevel: "error",
      });
      return [name, outputFiles[0]?.text ?? ""];
    }),
  );
  return new Map(bundled);
}
