import { Missing, rendered } from "./liquid.ts";

/**
 * A link of a message with our tag, by which the SDK knows the visitor who comes back through it. What a template fills in must
 * stay on the site; an address that stands in the file is the site's own choice.
 */
export function taggedLink(source: string, scope: () => object, origins: readonly string[], messageId: string): string {
  const link = rendered(source, scope);
  const [, address = "", fragment = ""] = /^([^#]*)(#.*)?$/s.exec(link) ?? [];
  const whole = /^\/(?![/\\])/.test(address) ? (origins[0] ?? "") + address : address;
  if (/[\s\\]/.test(whole) || (link !== source && !isWithin(whole, origins))) throw new Missing("the link leads off the site");
  return `${whole}${whole.includes("?") ? "&" : "?"}cusp_m=${messageId}${fragment}`;
}

/** By comparing: `new URL` costs as much as the rest of a message. */
const isWithin = (address: string, origins: readonly string[]): boolean =>
  origins.some((origin) => address.startsWith(origin) && /^([/?]|$)/.test(address.slice(origin.length)));
