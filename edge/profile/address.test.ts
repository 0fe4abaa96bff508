import { expect, test } from "vitest";
import { emailAddress, phoneNumber } from "./address.ts";

test.each([
  "",
  "someone",
  "@shop.example",
  "someone@",
  "a@shop.example, b@shop.example",
  "a@shop.example;b@shop.example",
  "a@shop.example b@shop.example",
  "Some One <a@shop.example>",
  "<a@shop.example>",
  '"some one"@shop.example',
  "a@shop.example\r\nBcc: b@shop.example",
  "a@shop.example\nb",
  "a@shop.example\u0000",
  "a@b@shop.example",
  "a@shop",
  "a..b@shop.example",
  ".a@shop.example",
  "a@-shop.example",
  "mailto:a@shop.example",
  "a@shop.example?bcc=b@shop.example",
  "a(comment)@shop.example",
  "a@[127.0.0.1]",
  `${"a".repeat(250)}@shop.example`,
])("B6: %j is no address of one recipient", (written) => {
  expect(emailAddress(written)).toBeUndefined();
});

test.each([
  "",
  "0612345678",
  "+0612345678",
  "+33",
  "+336123456789012345",
  "+33612345678,+33612345679",
  "+33612345678;ext=1",
  "+33 6 12 34 56 78 x9",
  "tel:+33612345678",
  "+３３612345678",
  "+33612345678\n+33612345679",
])("B6: %j is no number of one recipient", (written) => {
  expect(phoneNumber(written)).toBeUndefined();
});

test("one address is one text, however it is written", () => {
  expect(emailAddress(" Some.One+news@Shop.Example ")).toBe("some.one+news@shop.example");
  expect(phoneNumber("+33 (6) 12-34.56 78")).toBe("+33612345678");
});
