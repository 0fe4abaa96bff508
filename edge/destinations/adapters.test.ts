import { expect, test } from "vitest";
import { adapterOf, adapters } from "./adapters.ts";
import { customerioTransactional } from "./customerio-transactional.ts";
import { isSpoken, mayDouble } from "./vendors.ts";

const all = { ...adapters, "customerio at once": customerioTransactional };

test.each(Object.entries(all))(
  "%s: what its settings show as an example, and leave out, is what they take",
  (_, { settings }) => {
    for (const { like, pattern, default: otherwise } of Object.values(settings)) {
      expect(like).toMatch(pattern);
      if (otherwise) expect(otherwise).toMatch(pattern);
    }
  },
);

test.each(Object.entries(all))("%s: no secret of it holds what would end a header", (_, { secretPattern }) => {
  for (const secret of ["0123456789abcdef\r\nx: y", "0123456789abcdef\n", "0123456789abcdef 0", "", "pk_0123456789\n"])
    expect(secret).not.toMatch(secretPattern);
});

test("Customer.io sends at once where a transactional message is named, else by a campaign", () => {
  expect(adapterOf("customerio", { transactional_message_id: "12" })).toBe(customerioTransactional);
  expect(adapterOf("customerio", {})).toBe(adapters.customerio);
  expect(adapterOf("klaviyo", { transactional_message_id: "12" })).toBe(adapters.klaviyo);
});

test("what is known of a vendor before it is loaded is what its adapter says", () => {
  for (const [vendor, { dedupes }] of Object.entries(adapters)) {
    expect(isSpoken({ vendor: vendor as "klaviyo", settings: {} }), vendor).toBe(true);
    expect(mayDouble({ vendor: vendor as "klaviyo", settings: {} }), vendor).toBe(!dedupes);
  }
  expect(mayDouble({ vendor: "customerio", settings: { transactional_message_id: "12" } })).toBe(
    !customerioTransactional.dedupes,
  );
});
