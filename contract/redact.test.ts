import fc from "fast-check";
import { expect, test } from "vitest";
import { redactField, redactItem, redactName, redactProperties, redactText, redactUrl } from "./redact.ts";
import { limits } from "./wire.ts";

const words = fc.array(
  fc.oneof(
    fc.constantFrom(
      "ada@example.com",
      "06 12 34 56 78",
      "4111-1111-1111-1111",
      "DE89 3704 0044",
      "48.8566, 2.3522",
      "~",
      "::1",
      "token",
    ),
    fc.constantFrom(
      "3f2b8c1e-5d7a-4c9b-8e6f-0a1b2c3d4e5f",
      "sk_live_4eC39HqLyj",
      "%40",
      "\u00a0",
      "\uff11\uff12",
      "\ud83d\ude00",
      "reset",
      "eyJ0.x",
    ),
    fc.string(),
    fc.string({ unit: "binary", maxLength: 40 }),
  ),
  { maxLength: 30 },
);
const text = fc.tuple(words, fc.constantFrom(" ", "", "/", "-")).map(([all, between]) => all.join(between));
const anything = fc.oneof(text, fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }));
const parts = {
  item_id: anything,
  id: anything,
  name: anything,
  item_category: anything,
  item_variant: anything,
  price: anything,
  quantity: anything,
  margin: anything,
};

test("redacting twice changes nothing more", () => {
  const twice = <T>(redact: (given: T) => unknown, given: T) => {
    const once = redact(given);
    expect(redact(once as T)).toEqual(once);
  };
  const url = fc.oneof(
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    text.map((path) => `https://shop.example/${path}?utm_term=${path}`),
  );
  fc.assert(fc.property(url, (given) => twice(redactUrl, given)));
  fc.assert(
    fc.property(text, (given) => twice(redactText, given)),
    { numRuns: 1000 },
  );
  fc.assert(fc.property(text, (given) => twice((name) => redactName(redactField(name, "field"), "other"), given)));
  fc.assert(fc.property(fc.record(parts, { requiredKeys: [] }), (given) => twice((item) => redactItem(item) ?? {}, given)));
  fc.assert(
    fc.property(fc.oneof(anything, fc.dictionary(fc.stringMatching(/^[a-z_]{1,9}$/), anything)), (given) =>
      twice(redactProperties, given),
    ),
  );
});

test("what is told of an item or a text always fits what the edge takes", () => {
  fc.assert(
    fc.property(text, fc.record(parts), (given, of) => {
      expect(redactText(given).length).toBeLessThanOrEqual(limits.nameChars);
      const item = redactItem(of);
      for (const said of [item?.id, item?.name, item?.category])
        expect((said ?? "").length).toBeLessThanOrEqual(limits.nameChars);
      expect(Object.keys(item ?? {}).length).toBeLessThanOrEqual(6);
    }),
    { numRuns: 300 },
  );
});

test("a text made to be slow to read is read at once", () => {
  const hostile = ["a", "aA", "1-", "1 ", "%", "::", "eyJ", "token ", "AA11", "1.", "~"].map((unit) =>
    unit.repeat(50_000 / unit.length),
  );
  const startMs = performance.now();
  for (const given of hostile) redactText(given);
  for (const given of hostile) redactUrl(`https://shop.example/${given}`);
  expect(performance.now() - startMs).toBeLessThan(1000);
});
