import fc from "fast-check";
import { expect, test } from "vitest";
import { hmacNow } from "./hmac-now.ts";
import { hmacWith } from "./secrets.ts";

const text = fc.string({ unit: "grapheme", maxLength: 300 });

test("it is what Web Crypto gives, for every secret and text", async () => {
  await fc.assert(
    fc.asyncProperty(
      text.filter((one) => one !== ""),
      text,
      async (secret, said) => {
        expect(hmacNow(secret)(said)).toBe(await hmacWith(secret)(said));
      },
    ),
    { numRuns: 500 },
  );
});

test("around the length of a block too", async () => {
  for (let length = 1; length < 200; length++) {
    const [secret, said] = ["k".repeat(length), "m".repeat(length)];
    expect(hmacNow(secret)(said)).toBe(await hmacWith(secret)(said));
  }
});
