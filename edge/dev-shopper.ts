import { userToken } from "../server/user-token.ts";
import { Refusal } from "./problem.ts";

const hourMs = 3_600_000;
const optedInAtMs = Date.UTC(2026, 0, 1);
const asShopper = /^shopper-[a-z0-9]{8}$/;

const newShopper = (): string =>
  `shopper-${[...crypto.getRandomValues(new Uint8Array(8))].map((byte) => (byte % 36).toString(36)).join("")}`;

/** A number that is never given out: 07700 900000 to 900999 are reserved for drama. */
function phoneOf(id: string): string {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) % 1000;
  return `+447700900${String(sum).padStart(3, "0")}`;
}

/** Plays the shop's own server: whoever asks is a customer of it, and signed in. Within an hour the token stays the same. */
export async function signIn(asked: string | null, secret: string, nowMs: number): Promise<Response> {
  if (asked !== null && !asShopper.test(asked)) throw new Refusal(422, "an id is shopper- and eight letters or digits");
  const id = asked ?? newShopper();
  const leave = { status: "granted", at: optedInAtMs, source: "demo" } as const;
  const payload = {
    site: "pk_demo",
    user: id,
    iat: Math.floor(nowMs / hourMs) * 3600,
    exp: (Math.floor(nowMs / hourMs) + 24) * 3600,
    email: `${id}@shop.example`,
    phone: phoneOf(id),
    opt_in: { email: leave, sms: leave, push: leave },
  };
  const token = await userToken(payload, secret);
  return Response.json({ id, token }, { headers: { "cache-control": "no-store" } });
}
