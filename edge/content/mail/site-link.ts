/** An address of the site with our tag, by which the SDK knows who comes back; undefined where it leads elsewhere. */
export function siteLink(written: unknown, origins: readonly string[], messageId: string): string | undefined {
  if (typeof written !== "string" || written.length > 2000) return undefined;
  const [, address = "", fragment = ""] = /^([^#]*)(#.*)?$/s.exec(written) ?? [];
  const whole = /^\/(?![/\\])/.test(address) ? (origins[0] ?? "") + address : address;
  const isSites = origins.some((origin) => whole.startsWith(origin) && /^([/?]|$)/.test(whole.slice(origin.length)));
  if (!isSites || !plainAddress.test(whole + fragment)) return undefined;
  return `${whole}${whole.includes("?") ? "&" : "?"}cusp_m=${messageId}${fragment}`;
}

/** No space, no control or direction mark, and nothing that could end an attribute. */
const plainAddress = /^[\w!#$%&()*+,./:;=?@~\p{L}\p{N}-]+$/u;

/** The address of a picture, where a mail may show pictures from there. */
export function pictureFrom(written: unknown, origins: readonly string[]): string | undefined {
  if (typeof written !== "string" || written.length > 2000 || !plainAddress.test(written)) return undefined;
  return origins.some((origin) => origin.startsWith("https:") && written.startsWith(`${origin}/`)) ? written : undefined;
}
