import { expect, test } from "vitest";
import { addressNames } from "./address-names.ts";

const nameOf = addressNames("a-secret-of-the-tests-0123456789abcdef");
const named = (address: string, channel: "email" | "sms" | "push" = "email") => nameOf("pk_demo", channel, address);

test("a tag makes no other mailbox: caps and refusals hold for both", async () => {
  for (const tagged of ["a+shop@x.example", "a+@x.example", "a+b+c@x.example"])
    expect(await named(tagged)).toBe(await named("a@x.example"));
  for (const other of ["b@x.example", "+a@x.example", "a@y.example", "ab+a@x.example"])
    expect(await named(other)).not.toBe(await named("a@x.example"));
  expect(await named("+a@x.example")).not.toBe(await named("+b@x.example"));
});

test("a number keeps its plus, and a user's id is what it is", async () => {
  expect(await named("+33612345678", "sms")).not.toBe(await named("+33612345679", "sms"));
  expect(await named("a+b@x", "push")).not.toBe(await named("a@x", "push"));
});
