import fc from "fast-check";
import { expect, test } from "vitest";
import { byStatus, redactReply } from "./by-status.ts";
import { answer } from "./stand-in/request.ts";

test.each([
  [200, "delivered"],
  [202, "delivered"],
  [204, "delivered"],
  [409, "delivered"],
  [408, "again"],
  [425, "again"],
  [429, "again"],
  [500, "again"],
  [502, "again"],
  [503, "again"],
  [301, "failed"],
  [400, "failed"],
  [401, "failed"],
  [404, "failed"],
  [410, "failed"],
  [422, "failed"],
])("%i is %s", (status, state) => {
  expect(byStatus(answer(status)).state).toBe(state);
});

test.each([502, 504, 520, 522, 524])("where the vendor cannot dedupe, %i of its gateway means that nobody knows", (status) => {
  expect(byStatus(answer(status), false).state).toBe("unknown");
  expect(byStatus(answer(500), false).state).toBe("again");
  expect(byStatus(answer(409), false).state).toBe("failed"); // of what it does not know by its id it has had none
});

test("Retry-After is heeded in seconds, as a date by the vendor's own clock, and not when it is nonsense", () => {
  const waits = (headers: Record<string, string>) => {
    const outcome = byStatus(answer(429, undefined, headers));
    return outcome.state === "again" ? outcome.retryAfterMs : "not again";
  };
  expect(waits({ "retry-after": "7" })).toBe(7000);
  expect(waits({ "x-ratelimit-retry-after": "1.5" })).toBe(1500);
  const date = "Sun, 22 Nov 2026 19:00:00 GMT";
  expect(waits({ "retry-after": "Sun, 22 Nov 2026 19:01:30 GMT", date })).toBe(90_000);
  for (const nonsense of ["soon", "-4", "0", ""]) expect(waits({ "retry-after": nonsense, date })).toBeUndefined();
  expect(waits({ "retry-after": "Sun, 22 Nov 2026 19:01:30 GMT" })).toBeUndefined();
});

test("a 2xx whose body tells of errors is a failure, with the vendor's words", () => {
  const said = (body: unknown) => byStatus(answer(200, body));
  expect(said({ errors: [{ detail: "Invalid profile" }] })).toMatchObject({ state: "failed", reason: "200 Invalid profile" });
  expect(said({ message: "success", errors: ["no such user"] })).toMatchObject({ state: "failed", reason: "200 no such user" });
  expect(said({ success: false, message: "dropped" })).toMatchObject({ state: "failed", reason: "200 dropped" });
  expect(said({ errors: [], success: true }).state).toBe("delivered");
});

test("a failure names its reason, without the address, number or key that the vendor sent back", () => {
  const outcome = byStatus(
    answer(422, { message: "someone@shop.example is inactive, call +33 6 12 34 56 78 or use SG.aBcDeFgH12" }),
  );
  expect(outcome).toMatchObject({ state: "failed", reason: expect.stringMatching(/^422 .*is inactive/) });
  expect(JSON.stringify(outcome)).not.toMatch(/someone@|12 34 56|aBcDeFgH12/);
});

test("of an answer at most 1 KB is kept, and no address in it, wherever it stands", () => {
  fc.assert(
    fc.property(fc.string(), fc.string({ maxLength: 2000 }), (before, after) => {
      const kept = redactReply(`${before}"someone@shop.example"${after}`);
      expect(kept.length).toBeLessThanOrEqual(1024);
      expect(kept).not.toContain("someone@shop.example");
    }),
  );
});
