/** RFC 9562: of names that are URLs. */
const namespace = Uint8Array.from(atob("a6e4EZ2tEdGAtADAT9QwyA=="), (c) => c.charCodeAt(0));

/** The UUID (version 5) of a message id: the same message, the same UUID. */
export async function messageUuid(messageId: string): Promise<string> {
  const name = new TextEncoder().encode(messageId);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-1", new Uint8Array([...namespace, ...name])));
  const bytes = hash.slice(0, 16).map((byte, i) => (i === 6 ? (byte & 0x0f) | 0x50 : i === 8 ? (byte & 0x3f) | 0x80 : byte));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
