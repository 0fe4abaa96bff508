import { base64url, hmacWith, sameText } from "../secrets.ts";

const form = /^(?:adm|sk)_(pk_[A-Za-z0-9]{4,40})_([A-Za-z0-9]{8})_[A-Za-z0-9]{32}([A-Za-z0-9]{12})$/;
const sealChars = 12;

/** Random letters and digits. */
const random = (chars: number): string =>
  base64url(crypto.getRandomValues(new Uint8Array(chars)))
    .replace(/[-_]/g, "x")
    .slice(0, chars);

export interface AdminTokens {
  /** @param kind `adm` opens the admin API, `sk` the server API */
  mint: (site: string, kind?: "adm" | "sk") => Promise<{ id: string; token: string }>;
  /** Whose token it is, if this edge made it: judged without touching any object, so that guessing costs nothing. */
  read: (token: string) => Promise<{ site: string; id: string } | undefined>;
}

/** Tokens for one site: `adm_` or `sk_`, the site's key, an id to name it by, 32 random characters, 12 that seal them all. */
export function adminTokens(secret: string): AdminTokens {
  const hmac = hmacWith(secret);
  const seal = async (start: string) => (await hmac(`admin-token\n${start}`)).replace(/[-_]/g, "x").slice(0, sealChars);
  return {
    async mint(site, kind = "adm") {
      const id = random(8);
      const start = `${kind}_${site}_${id}_${random(32)}`;
      return { id, token: start + (await seal(start)) };
    },
    async read(token) {
      const [, site, id, given] = form.exec(token) ?? [];
      if (site === undefined || id === undefined || given === undefined) return undefined;
      return sameText(given, await seal(token.slice(0, -sealChars))) ? { site, id } : undefined;
    },
  };
}

/** What is kept of a token. */
export const digestOf = async (token: string): Promise<string> =>
  base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
