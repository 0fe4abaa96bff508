import fc from "fast-check";
import { expect, test } from "vitest";
import { messageUuid } from "./message-uuid.ts";

test("the UUID of a message is version 5 of its id, under the namespace of URLs", async () => {
  // As Python's uuid.uuid5(uuid.NAMESPACE_URL, …) says.
  expect(await messageUuid("msg_Kq3v_17")).toBe("58860384-4b4e-5f30-be89-1d2b054fac9b");
});

test("two messages have two UUIDs, one message always has one, of the right version", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), fc.string(), async (one, other) => {
      const uuid = await messageUuid(one);
      expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-5[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
      expect((await messageUuid(other)) === uuid).toBe(one === other);
    }),
  );
});
