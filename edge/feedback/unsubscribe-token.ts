import { base64url, fromBase64url } from "../base64url.ts";
import { hmacNow } from "../hmac-now.ts";
import { sameText } from "../secrets.ts";

/** What a link to unsubscribe is about: an address by the name of its object, which says nothing of whose it is. */
export interface Unsubscribing {
  address: string;
  messageId: string;
  topic?: string;
}

const encoder = new TextEncoder();

/** `base64url(JSON).base64url(HMAC)`, good for ever: somebody who looks for an old message to get rid of the new ones must find a link that works. */
export function unsubscribeTokens(secret: string) {
  const hmac = hmacNow(secret);
  const sealOf = (payload: string) => hmac(`unsubscribe\n${payload}`);
  return {
    sign({ address, messageId, topic }: Unsubscribing): string {
      const payload = base64url(encoder.encode(JSON.stringify([address, messageId, topic])));
      return `${payload}.${sealOf(payload)}`;
    },
    read(token: string): Unsubscribing | undefined {
      const [payload = "", seal = ""] = token.split(".");
      if (!sameText(seal, sealOf(payload))) return undefined;
      const [address, messageId, topic] = JSON.parse(new TextDecoder().decode(fromBase64url(payload))) as [
        string,
        string,
        string?,
      ];
      return { address, messageId, ...(topic != null && { topic }) };
    },
  };
}
