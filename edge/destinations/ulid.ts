const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A ULID whose chance is a UUID's: the same message, the same ULID. */
export function ulid(uuid: string, atMs: number): string {
  const chance = BigInt(`0x${uuid.replaceAll("-", "").slice(-20)}`);
  let left = (BigInt(atMs) << 80n) | chance;
  let written = "";
  for (let i = 0; i < 26; i++, left >>= 5n) written = alphabet[Number(left & 31n)] + written;
  return written;
}
