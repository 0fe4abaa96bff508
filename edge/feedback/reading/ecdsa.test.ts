import fc from "fast-check";
import { expect, test } from "vitest";
import { toDer } from "../stand-in/signed-as.ts";
import { derToP1363 } from "./ecdsa.ts";

/** Numbers of a signature, the short ones and those with a high first bit among them. */
const raw = fc
  .tuple(fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.nat(20), fc.nat(20))
  .map(([bytes, r, s]) => bytes.fill(0, 0, r).fill(0, 32, 32 + s))
  .filter((bytes) => bytes.subarray(0, 32).some(Boolean) && bytes.subarray(32).some(Boolean));

test("what DER says comes back as 64 bytes", () => {
  fc.assert(
    fc.property(raw, (bytes) => {
      expect(derToP1363(toDer(bytes))).toEqual(bytes);
    }),
  );
});

const der = [...toDer(new Uint8Array(64).fill(0x11))];
const [tag, length, int, of, first, ...rest] = der as [number, number, number, number, number, ...number[]];

test.each<[string, number[]]>([
  ["a byte too many", [...der, 0]],
  ["a byte too many, counted", [tag, length + 1, int, of, first, ...rest, 0]],
  ["a byte too few", der.slice(0, -1)],
  ["a needless zero in front", [tag, length + 1, int, of + 1, 0, first, ...rest]],
  ["a number below zero", [tag, length, int, of, 0x80, ...rest]],
  ["another tag", [0x31, length, int, of, first, ...rest]],
  ["a number of 40 bytes", [0x30, 84, 0x02, 40, ...Array(40).fill(1), 0x02, 40, ...Array(40).fill(1)]],
  ["nothing", []],
])("%s is no signature", (_, bytes) => {
  expect(derToP1363(Uint8Array.from(der))).toBeDefined();
  expect(derToP1363(Uint8Array.from(bytes))).toBeUndefined();
});
