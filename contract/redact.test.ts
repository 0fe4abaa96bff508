import fc from "fast-check";
import { expect, test } from "vitest";
import { redactName, redactReferrer, redactUrl } from "./redact.ts";

const shop = "https://shop.example";

test.each([
  ["/pricing", "/pricing"],
  ["/pricing?utm_source=news&email=ada%40example.com#top", "/pricing?utm_source=news"],
  ["/p/9?gclid=abc&utm_medium=cpc", "/p/9?utm_medium=cpc"],
  ["/p/9?utm_campaign=ada@example.com", "/p/9"],
  ["/u/ada@example.com/orders", "/u/~/orders"],
  ["/reset/Zm9vYmFy/now", "/reset/~/~"],
  ["/o/123456789", "/o/~"],
  ["/s/9f86d081884c7d659a2feaa0c55ad015", "/s/~"],
  ["/t/eyJhbGciOiJIUzI1NiJ9.e30.x", "/t/~"],
  ["/k/AbCdEf0123456789AbCdEf", "/k/~"],
  ["/card/4111 1111 1111 1111", "/card/~"],
  ["/at/48.8566,2.3522", "/at/~"],
  ["", "/"],
])("%s is sent as %s", (given, sent) => {
  expect(redactUrl(shop + given)).toBe(shop + sent);
});

test("a name and password in the address are dropped, and what is no web address is not sent", () => {
  expect(redactUrl("https://ada:secret@shop.example/x")).toBe("https://shop.example/x");
  expect(redactUrl("javascript:alert(1)")).toBe("");
  expect(redactUrl("blob:https://shop.example/1")).toBe("");
});

test("a referrer of another site is its origin only", () => {
  expect(redactReferrer("https://search.example/?q=my+illness", `${shop}/p/9`)).toBe("https://search.example");
  expect(redactReferrer(`${shop}/pricing?token=x`, `${shop}/p/9`)).toBe(`${shop}/pricing`);
  expect(redactReferrer("", `${shop}/p/9`)).toBe("");
});

test("names of forms and fields that say too much, or are not names, are replaced", () => {
  expect(redactName("newsletter", "form")).toBe("newsletter");
  expect(redactName("card_number", "field")).toBe("field");
  expect(redactName("ada@example.com", "field")).toBe("field");
  expect(redactName("", "form")).toBe("form");
});

test("redacting twice changes nothing more", () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
      expect(redactUrl(redactUrl(url))).toBe(redactUrl(url));
    }),
    { numRuns: 2000 },
  );
});
