import { expect, test } from "vitest";
import type { Reach } from "./reach.ts";
import { wordsOf } from "./words.ts";

const nowMs = Date.UTC(2030, 0);
const [old, other] = ["old@shop.example", "other@shop.example"];
const denial = { status: "denied", at: 3000, source: "account" } as const;
const denied = { status: "denied", atMs: 3000, source: "account" };
const leave = { status: "granted", at: 3000, source: "account" } as const;
const had: Reach = { email: { by: "known", address: old, optIn: { status: "granted", atMs: 2000, source: "checkout" } } };

test.each([null, other])("a refusal is told at the address that it answers, though it comes with email %j", (email) => {
  const words = wordsOf("u-42", had, { email, opt_in: { email: denial } }, nowMs);
  const at = (address: string) => ({ channel: "email", address, optIn: denied, off: [], on: [] });
  expect(words).toEqual(email === null ? [at(old)] : [at(other), at(old)]);
});

test("leave is for the address that there is from now on", () => {
  const words = wordsOf("u-42", had, { email: other, opt_in: { email: leave } }, nowMs);
  expect(words).toMatchObject([{ address: other, optIn: { status: "granted" } }]);
});

test("topics that are off are told at both addresses once, and those that are wanted again at the one there is", () => {
  const topics = (topics_off: string[], email?: string) =>
    wordsOf(
      "u-42",
      { email: { ...had.email, by: "known", topicsOff: ["news"] } },
      { topics_off, ...(email && { email }) },
      nowMs,
    ).filter(({ channel }) => channel === "email");
  expect(topics(["news", "hints"], other)).toMatchObject([
    { address: other, off: ["news", "hints"], on: [] },
    { address: old, off: ["hints"], on: [] },
  ]);
  expect(topics(["news"])).toEqual([]);
  expect(topics([])).toMatchObject([{ address: old, off: [], on: ["news"] }]);
});

test("A1: nothing is told at an address that only a page told", () => {
  const claimed: Reach = { email: { by: "claimed", address: old } };
  expect(wordsOf("u-42", claimed, { email: null, opt_in: { email: denial }, topics_off: [] }, nowMs)).toEqual([]);
});
