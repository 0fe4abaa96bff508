export function base64url(bytes: ArrayBuffer | Uint8Array): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

/** What is none throws. */
export const fromBase64url = (written: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(written.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
