import { vi } from "vitest";
import { base64url } from "../base64url.ts";
import { admin, bindings, call } from "./edge.ts";

/** A device as a browser's `PushSubscription.toJSON()` gives it. */
export async function device(endpoint: string) {
  const { publicKey } = (await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, [
    "deriveBits",
  ])) as CryptoKeyPair;
  const p256dh = base64url((await crypto.subtle.exportKey("raw", publicKey)) as ArrayBuffer);
  return { endpoint, expirationTime: null, keys: { p256dh, auth: base64url(crypto.getRandomValues(new Uint8Array(16))) } };
}

/** What the shop's server says of a user. */
export async function tell(user: string, body: object): Promise<Response> {
  const made = await admin("/sites/pk_demo/tokens", { method: "POST", body: JSON.stringify({ role: "server" }) });
  const { token } = await made.json<{ token: string }>();
  return await call(`/v1/profiles/${user}`, {
    method: "PUT",
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
  });
}

export interface Pushed {
  url: string;
  body: ArrayBuffer;
  headers: Headers;
}

/** Answers every push with `answer`, and every webhook with 200; keeps what came of both. */
export function pushService(answer: (push: Pushed) => Response | Promise<Response>) {
  const pushed: Pushed[] = [];
  const hooks: string[] = [];
  vi.spyOn(bindings.RECEIVER, "fetch").mockImplementation(async (url, init) => {
    const request = new Request(url as string, init as RequestInit);
    if (!request.headers.has("ttl")) {
      hooks.push(await request.text());
      return new Response("{}");
    }
    const push = { url: request.url, body: await request.arrayBuffer(), headers: request.headers };
    pushed.push(push);
    return await answer(push);
  });
  return { pushed: () => pushed, hooks: () => hooks };
}
