import type { Adapter } from "../../destinations/adapter.ts";
import { adapterOf } from "../../destinations/adapters.ts";
import { refusedAddress } from "../../destinations/address.ts";
import type { Destination } from "../schema/messages.ts";
import { isOwnSecret, secretPrefix } from "../secret-name.ts";
import type { Found, Site } from "./rule.ts";

/** Tools that hold back once more by rules of their own: what is to be switched off there, so that one place decides. */
const gatesAgain: Partial<Record<string, string>> = {
  klaviyo: "switch off Smart Sending in the flow that sends these",
  customerio: "switch off the message limits of the campaign that sends these",
  braze: "switch off frequency capping and quiet hours of the Canvas that sends these",
  iterable: "switch off frequency management and quiet hours of the journey that sends these",
};

/** Where messages go: out of the network only, with a secret of its own. */
export function* destinations({ file }: Site): Generator<Found> {
  for (const [name, destination] of Object.entries(file.destinations)) {
    const { url, vendor, secret } = destination;
    const at = ["destinations", name];
    const refused = url && refusedAddress(url);
    if (refused) yield { path: [...at, "url"], message: `the URL ${refused}` };
    const prefix = secretPrefix(file.site, name);
    if (!isOwnSecret(file.site, name, secret))
      yield { path: [...at, "secret"], message: `the secret of this destination must be named ${prefix} or ${prefix}_…` };
    if (!vendor) continue;
    if (destination.moments) {
      const message = `\`${vendor}\` takes messages only: moments go to a \`url\` of your own`;
      yield { path: [...at, "moments"], message, warning: true };
    }
    const adapter = adapterOf(vendor, destination.settings);
    if (adapter) yield* spoken(vendor, adapter, destination, at);
    else {
      const tells = `nothing is sent to \`${vendor}\` yet: no edge speaks its language so far; a \`url\` of your own works today`;
      yield { path: [...at, "vendor"], message: tells, warning: true };
    }
    if (gatesAgain[vendor])
      yield {
        path: [...at, "vendor"],
        message: `\`${vendor}\` decides once more whether to send: ${gatesAgain[vendor]}`,
        warning: true,
      };
  }
}

/** What a vendor takes, and in which words its settings are written. */
function* spoken(vendor: string, adapter: Adapter, destination: Destination, at: string[]): Generator<Found> {
  const { channels, mode, settings } = destination;
  for (const [i, channel] of channels.entries())
    if (!adapter.channels.includes(channel))
      yield { path: [...at, "channels", i], message: `\`${vendor}\` takes ${adapter.channels.join(", ")}, not ${channel}` };
  if (!adapter.modes.includes(mode))
    yield { path: [...at, "mode"], message: `\`${vendor}\` takes \`mode: ${adapter.modes.join("` or `")}\`` };
  for (const [name, { what, like, pattern, default: otherwise }] of Object.entries(adapter.settings)) {
    const written = Object.hasOwn(settings, name) ? settings[name] : otherwise;
    const example = `${name}: ${what}, like ${like}`;
    if (written === undefined) yield { path: [...at, "settings"], message: `\`${vendor}\` needs the setting ${example}` };
    else if (written !== otherwise && !pattern.test(written))
      yield { path: [...at, "settings", name], message: `this is not what \`${vendor}\` takes as ${example}` };
  }
  for (const name of Object.keys(settings))
    if (!Object.hasOwn(adapter.settings, name))
      yield {
        path: [...at, "settings", name],
        message: `\`${vendor}\` has no setting of that name; it has ${Object.keys(adapter.settings).join(", ") || "none"}`,
      };
}
