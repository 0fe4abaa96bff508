import { expect, test } from "vitest";
import { type Recipient, recipientOf } from "./recipient.ts";
import { messageOf } from "./stand-in/parcel.ts";

const hostileAddresses = [
  "a@x.com, b@y.com",
  "a@x.com;b@y.com",
  "a@x.com b@y.com",
  "Someone <a@x.com>",
  "<a@x.com>",
  '"a"@x.com',
  "a@x.com\r\nBcc: b@y.com",
  "a@x.com\n",
  " a@x.com",
  "a@x.com%0Ab@y.com",
  "a@@x.com",
  "a@b@x.com",
  "a@x",
  "a@x.com.",
  "@x.com",
  ".a@x.com",
  "a..b@x.com",
  "a.@x.com",
  "a@-x.com",
  "a@[127.0.0.1]",
  "a@x.com(b)",
  "{{customer.email}}@x.com",
  `${"a".repeat(65)}@x.com`,
  `a@${"x".repeat(250)}.com`,
  "",
];

test.each(hostileAddresses)("%j is nobody's address", (email) => {
  expect(recipientOf(messageOf({ email }), ["email"])).toBeUndefined();
});

test.each([
  "0612345678",
  "+0612345678",
  "+33 6 12 34 56 78",
  "+33612345678,+33612345679",
  "+1234567890123456",
  "+336\n12345678",
  "tel:+33612345678",
])("%j is nobody's number", (phone) => {
  expect(recipientOf(messageOf({ phone }, { channel: "sms" }), ["phone"])).toBeUndefined();
});

test("a plain address or number is taken as it is", () => {
  expect(recipientOf(messageOf({ email: "o'hara.a+b@mail.shop.example" }), ["email"])?.is).toBe("o'hara.a+b@mail.shop.example");
  expect(recipientOf(messageOf({ phone: "+33612345678" }, { channel: "sms" }), ["phone"])?.is).toBe("+33612345678");
});

test("an id names somebody only where the site's server vouched for it", () => {
  expect(recipientOf(messageOf(), ["id", "email"])).toEqual({ by: "id", is: "u-42" });
  expect(recipientOf(messageOf({ identity: "claimed" }), ["id", "email"])).toEqual({ by: "email", is: "someone@shop.example" });
  expect(recipientOf(messageOf({ identity: "claimed" }), ["id"])).toBeUndefined();
  expect(recipientOf(messageOf({ identity: "anonymous" }), ["id", "email", "phone"])).toBeUndefined();
});

test("an address is that of the message's own channel, and no other", () => {
  const both = { email: "someone@shop.example", phone: "+33612345678" };
  expect(recipientOf(messageOf(both, { channel: "sms" }), ["email", "phone"])?.by).toBe("phone");
  expect(recipientOf(messageOf(both, { channel: "email" }), ["phone", "email"])?.by).toBe("email");
  expect(recipientOf(messageOf(both, { channel: "push" }), ["phone", "email"])).toBeUndefined();
});

test("a recipient with two names is no recipient", () => {
  // @ts-expect-error
  const two: Recipient = { by: "id", is: "u-42", email: "someone@shop.example" };
  expect(Object.keys(two)).toContain("email"); // what only the type refuses
});
