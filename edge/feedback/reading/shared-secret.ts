import { sameSecret } from "../../secrets.ts";
import { badSecret } from "./signatures.ts";

/** 128 bits, written in bytes: this secret is all that stands before the door. */
const shortest = 16;

const password = (header: string | null): string | undefined => {
  const [, given] = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(header ?? "") ?? [];
  try {
    return given === undefined ? undefined : /^[^:]*:(.*)$/s.exec(atob(given))?.[1];
  } catch {
    return undefined; // not base64
  }
};

/** For tools that sign nothing: the secret in `x-cusp-secret`, or as the password of basic authentication. */
export async function bringsSecret(headers: Headers, secret: string): Promise<boolean> {
  if (secret.length < shortest) throw badSecret(`at least ${shortest} characters long, as this tool signs nothing`);
  const given = headers.get("x-cusp-secret") ?? password(headers.get("authorization"));
  return given !== undefined && (await sameSecret(given, secret));
}
