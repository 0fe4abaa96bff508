import { Missing, rendered } from "./liquid.ts";

/**
 * A link with our tag, by which the SDK knows the visitor who comes back through it: the message's id, and behind a hyphen the block
 * that the link is of. What a template fills in must stay on the site, and hold nothing that could end the attribute that it is put into.
 * @param isOurs it stands in the file: the site's own choice
 */
export function tagged(link: string, isOurs: boolean, origins: readonly string[], tag: string): string {
  const [, address = "", fragment = ""] = /^([^#]*)(#.*)?$/s.exec(link) ?? [];
  const whole = /^\/(?![/\\])/.test(address) ? (origins[0] ?? "") + address : address;
  if (/[\s\\]/.test(whole) || (!isOurs && !isWithin(whole, origins))) throw new Missing("the link leads off the site");
  if (!isOurs && /["<>`]|[?&]cusp_m=/.test(link)) throw new Missing("the link holds what none of ours has");
  const safe = `${whole}${whole.includes("?") ? "&" : "?"}cusp_m=${tag}${fragment}`;
  return isOurs ? safe : safe.replaceAll("'", "%27");
}

export function taggedLink(source: string, scope: () => object, origins: readonly string[], tag: string): string {
  const link = rendered(source, scope);
  return tagged(link, link === source, origins, tag);
}

/** By comparing: `new URL` costs as much as the rest of a message. */
const isWithin = (address: string, origins: readonly string[]): boolean =>
  origins.some((origin) => address.startsWith(origin) && /^([/?]|$)/.test(address.slice(origin.length)));
