import { refusedAddress } from "../../destinations/address.ts";
import { secretPrefix } from "../secret-name.ts";
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
  for (const [name, { url, vendor, secret }] of Object.entries(file.destinations)) {
    const at = ["destinations", name];
    const refused = url && refusedAddress(url);
    if (refused) yield { path: [...at, "url"], message: `the URL ${refused}` };
    const prefix = secretPrefix(file.site, name);
    if (secret !== prefix && !secret.startsWith(`${prefix}_`))
      yield { path: [...at, "secret"], message: `the secret of this destination must be named ${prefix} or ${prefix}_…` };
    if (!vendor) continue;
    const tells = `nothing is sent to \`${vendor}\` yet: no edge speaks its language so far; a \`url\` of your own works today`;
    yield { path: [...at, "vendor"], message: tells, warning: true };
    if (gatesAgain[vendor])
      yield {
        path: [...at, "vendor"],
        message: `\`${vendor}\` decides once more whether to send: ${gatesAgain[vendor]}`,
        warning: true,
      };
  }
}
