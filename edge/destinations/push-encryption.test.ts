import { expect, test } from "vitest";
import { base64url, fromBase64url } from "../base64url.ts";
import { encrypted } from "./push-encryption.ts";

const curve = { name: "ECDH", namedCurve: "P-256" };

test("the example of RFC 8291 comes out to the byte", async () => {
  const point = fromBase64url("BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8");
  const x = base64url(point.slice(1, 33));
  const jwk = { kty: "EC", crv: "P-256", x, y: base64url(point.slice(33)) };
  const keys = {
    publicKey: await crypto.subtle.importKey("jwk", jwk, curve, true, []),
    privateKey: await crypto.subtle.importKey("jwk", { ...jwk, d: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw" }, curve, true, [
      "deriveBits",
    ]),
  };
  const device = {
    endpoint: "https://push.example/1",
    keys: {
      p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
      auth: "BTBZMqHH6r4Tts7J_aSIgg",
    },
  };
  const fresh = { salt: fromBase64url("DGv6ra1nlYgDCS1FRnbzlw"), keys };
  expect(base64url(await encrypted("When I grow up, I want to be a watermelon", device, fresh))).toBe(
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
  );
});

test("no two pushes are the same, though they say the same", async () => {
  const pair = (await crypto.subtle.generateKey(curve, true, ["deriveBits"])) as CryptoKeyPair;
  const p256dh = base64url((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
  const device = { endpoint: "https://push.example/1", keys: { p256dh, auth: base64url(new Uint8Array(16)) } };
  const [one, other] = await Promise.all([encrypted("Hello", device), encrypted("Hello", device)]);
  expect(base64url(one)).not.toBe(base64url(other));
  expect(base64url(one.slice(0, 16))).not.toBe(base64url(other.slice(0, 16)));
});
