import { hmacWith } from "../secrets.ts";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const idChars = 16;
const sealChars = 6;

export interface SiteKeys {
  mint: () => Promise<string>;
  /** Whether this edge made the key: judged without touching any object, so that scanning keys costs nothing. */
  isIssued: (key: string) => Promise<boolean>;
}

/** Public site keys: `pk_`, 16 random characters, 6 that seal them. */
export function siteKeys(secret: string): SiteKeys {
  const hmac = hmacWith(secret);
  const seal = async (id: string) => (await hmac(`site-key\n${id}`)).replace(/[-_]/g, "x").slice(0, sealChars);
  return {
    async mint() {
      const bytes = crypto.getRandomValues(new Uint8Array(idChars));
      const id = [...bytes].map((byte) => alphabet[byte % alphabet.length]).join("");
      return `pk_${id}${await seal(id)}`;
    },
    async isIssued(key) {
      if (!/^pk_[A-Za-z0-9]{22}$/.test(key)) return false;
      return (await seal(key.slice(3, 3 + idChars))) === key.slice(-sealChars);
    },
  };
}
