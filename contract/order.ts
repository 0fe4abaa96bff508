/** The name of an order on the wire, FNV-1a of 32 bits, twice: enough to tell the orders of one site from one another, and nothing to read. */
export function orderHash(site: string, id: string | number): string {
  const text = `${site} ${id}`;
  let hex = "";
  for (const seed of [0x811c9dc5, 0x01000193]) {
    let hash = seed;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    hex += (hash >>> 0).toString(16).padStart(8, "0");
  }
  return hex;
}
