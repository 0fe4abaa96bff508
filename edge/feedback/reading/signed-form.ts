import type { Inbound } from "../report.ts";
import { fromBase64, isSigned } from "./signatures.ts";

/** Names in order, each with its value; what is sent twice counts once, as in Twilio's own libraries. */
const sorted = (params: URLSearchParams): string =>
  [...new Set(params.keys())]
    .sort()
    .flatMap((name) => [...new Set(params.getAll(name))].sort().map((value) => name + value))
    .join("");

/** HMAC-SHA1 over the address as the tool was told it and the fields of the form, as Twilio and Mandrill sign. */
export async function isSignedForm(
  { url }: Pick<Inbound, "url">,
  params: URLSearchParams,
  key: string,
  signature: string | null,
): Promise<boolean> {
  const mac = fromBase64(signature);
  const text = sorted(params);
  // At times with the port that goes without saying.
  const withPort = url.replace(/^(https:\/\/[^/?#:]+)(?=[/?#]|$)/, "$1:443");
  return (await isSigned("SHA-1", key, url + text, mac)) || isSigned("SHA-1", key, withPort + text, mac);
}
