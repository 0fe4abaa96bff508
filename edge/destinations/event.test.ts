import fc from "fast-check";
import { expect, test } from "vitest";
import { eventName, eventProperties, richProperties } from "./event.ts";
import { messageOf } from "./stand-in/parcel.ts";

const nameOf = (trigger: string) => {
  const message = messageOf();
  return eventName({ ...message, why: { ...message.why, trigger } });
};

test("an event is named after its trigger", () => {
  expect(nameOf("cart-exit")).toBe("Cusp Cart Exit");
  expect(nameOf("pricing")).toBe("Cusp Pricing");
  expect(nameOf("b2b_lead-7")).toBe("Cusp B2b_Lead 7");
});

test("no two triggers share an event name, and none needs trimming", () => {
  const trigger = fc.stringMatching(/^[a-z][a-z0-9_-]{0,6}$/);
  fc.assert(
    fc.property(trigger, trigger, (one, other) => {
      expect(nameOf(one) === nameOf(other)).toBe(one === other);
      expect(nameOf(one)).toBe(nameOf(one).trim().replace(/ +/g, " "));
    }),
    { numRuns: 2000 },
  );
});

test("what a template needs lies flat, under plain names", () => {
  expect(eventProperties(messageOf())).toMatchObject({
    trigger: "cart-exit",
    moment_kind: "exit",
    moment_score: 8.7,
    block_hook: "Only 3 left.",
    action_label: "Back to the cart",
    cart_value: 104,
    trait_loyalty_tier: "gold",
  });
  expect(richProperties(messageOf()).cart_items).toEqual([{ id: "sku-1", name: "Trail shoe", price: 104, quantity: 1 }]);
});

test("no trait of any name takes the place of a property of ours, or of one that a vendor reserves", () => {
  const hostile = [
    "recipient",
    "from_address",
    "reply_to",
    "email",
    "time",
    "event_name",
    "message_id",
    "__proto__",
    "a.b",
    "$value",
  ];
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(fc.constantFrom(...hostile), fc.string()), fc.string()), (traits) => {
      const properties = eventProperties(messageOf({ traits }));
      const without = eventProperties(messageOf({ traits: {} }));
      for (const [name, value] of Object.entries(properties)) {
        expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
        if (!name.startsWith("trait_")) expect(value).toBe(without[name]);
      }
    }),
  );
});
