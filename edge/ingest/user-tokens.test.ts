import { expect, test } from "vitest";
import { type UserTokenPayload, userToken } from "../../server/user-token.ts";
import { userTokens } from "./user-tokens.ts";

const secret = "the-first-identity-secret-0123456789abcdef";
const other = "the-other-identity-secret-0123456789abcdef";
const nowMs = Date.UTC(2026, 10, 23, 11);
const payload: UserTokenPayload = {
  site: "pk_demo",
  user: "u-42",
  exp: nowMs / 1000 + 3600,
  iat: nowMs / 1000 - 1,
  email: "Ada@Shop.example",
};
const visitor = "0123456789-0123456789-01";

const judge = (token: string | undefined, { secrets = secret, site = "pk_demo", id = "u-42", atMs = nowMs } = {}) =>
  userTokens(() => secrets)(site, { id, ...(token !== undefined && { token }) }, visitor, atMs);

const encoded = (json: object): string => btoa(JSON.stringify(json)).replace(/=+$/, "").replace(/\+/g, "-").replace(/\//g, "_");

test("A6: a token that the site's server signed says who it is, with a normalised address", async () => {
  const vouched = await judge(await userToken(payload, secret));
  expect(vouched).toEqual({ user: "u-42", saidAtMs: nowMs - 1000, told: { email: "ada@shop.example" } });
});

test("A6: while a secret is being replaced both hold, and neither once it is gone", async () => {
  const token = await userToken(payload, other);
  expect(await judge(token, { secrets: `${secret} ${other}` })).toBeDefined();
  expect(await judge(token, { secrets: `${other} ${secret}` })).toBeDefined();
  expect(await judge(token)).toBeUndefined();
  expect(await judge(await userToken(payload, secret), { secrets: "short" })).toBeUndefined();
  expect(await judge(await userToken(payload, secret), { secrets: "" })).toBeUndefined();
});

test("A6: a token that held before is judged anew when the secrets change or time goes by", async () => {
  let secrets = secret;
  const judged = userTokens(() => secrets);
  const token = await userToken(payload, secret);
  const user = { id: "u-42", token };
  expect(await judged("pk_demo", user, visitor, nowMs)).toBeDefined();
  expect(await judged("pk_demo", user, visitor, nowMs + 3_600_000)).toBeUndefined();
  expect(await judged("pk_other", user, visitor, nowMs)).toBeUndefined();
  secrets = other;
  expect(await judged("pk_demo", user, visitor, nowMs)).toBeUndefined();
});

test.each<[string, Partial<UserTokenPayload>]>([
  ["another site", { site: "pk_other" }],
  ["another user", { user: "u-43" }],
  ["a time that is over", { exp: nowMs / 1000 - 1 }],
  ["this very second", { exp: nowMs / 1000 }],
  ["more than a day ahead", { exp: nowMs / 1000 + 86_400 + 301 }],
  ["another visitor", { visitor: "another-visitor-0123456789" }],
  ["an address that is a list", { email: "a@shop.example, b@shop.example" }],
  ["an address with a name", { email: "Ada <a@shop.example>" }],
  ["a phone number without a country", { phone: "0612345678" }],
  ["a time zone that does not exist", { time_zone: "Mars/Olympus" }],
])("A6: a token for %s binds nobody", async (_what, change) => {
  expect(await judge(await userToken({ ...payload, ...change }, secret))).toBeUndefined();
});

test("A6: a clock that is a little ahead, and the visitor that is named, are fine", async () => {
  expect(await judge(await userToken({ ...payload, exp: nowMs / 1000 + 86_400 + 299 }, secret))).toBeDefined();
  expect(await judge(await userToken({ ...payload, visitor }, secret))).toBeDefined();
});

test("A6: what is cut, swapped, unsigned or signed in another way binds nobody", async () => {
  const token = await userToken(payload, secret);
  const [first = "", mac = ""] = token.split(".");
  const forged = encoded({ ...payload, user: "u-1" });
  const none = `${encoded({ alg: "none", typ: "JWT" })}.${encoded(payload)}.`;
  const all = [
    "",
    ".",
    first,
    `${first}.`,
    `.${mac}`,
    `${forged}.${mac}`,
    `${token}.${mac}`,
    `${token} `,
    none,
    token.slice(0, -1),
  ];
  const signed = await userToken(payload, secret);
  for (const one of [...all, `${first}.${mac}=`, `${first}=.${mac}`, `${signed}.`])
    expect(await judge(one, { id: one.includes(forged) ? "u-1" : "u-42" }), one).toBeUndefined();
  expect(await judge(undefined)).toBeUndefined();
});

test("A6: one bit of the signature or of the payload, and it binds nobody", async () => {
  const token = await userToken(payload, secret);
  const [first = "", mac = ""] = token.split(".");
  const bytes = Uint8Array.from(atob(mac.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const flipped = bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    const text = btoa(String.fromCharCode(...flipped))
      .replace(/=+$/, "")
      .replace(/\+/g, "-")
      .replace(/\//g, "_");
    expect(await judge(`${first}.${text}`)).toBeUndefined();
  }
  for (let i = 0; i < first.length; i++) {
    const char = first[i] === "A" ? "B" : "A";
    expect(await judge(`${first.slice(0, i)}${char}${first.slice(i + 1)}.${mac}`)).toBeUndefined();
  }
});

test("who signs with too short a secret, or more than a token holds, is told so", async () => {
  await expect(userToken(payload, "short")).rejects.toThrow("at least 32 bytes");
  await expect(userToken({ ...payload, traits: { note: "x".repeat(2000) } }, secret)).rejects.toThrow("PUT /v1/profiles");
});
