import { expect, test } from "vitest";
import type { Reach } from "./reach.ts";
import { newProfile, type Profile } from "./state.ts";
import { knownOf, noteClaim, noteTold, type Told } from "./told.ts";

const leave = { status: "granted", at: 2000, source: "checkout" } as const;
const optIn = { status: "granted", atMs: 2000, source: "checkout" } as const;
const email = "someone@shop.example";

/** How somebody is reached after the site's server told all this, one after the other. */
function reachOf(had: Reach, ...all: Told[]): Reach | undefined {
  const profile = { ...newProfile("pk_demo", "u-42", 0), user: "u-42", reach: had };
  for (const told of all) noteTold(profile, told, {}, Date.UTC(2030, 0));
  return profile.reach;
}

test("an opt-in goes with its address: another one is asked anew", () => {
  expect(reachOf({}, { email, opt_in: { email: leave } })).toEqual({ email: { by: "known", address: email, optIn } });
  expect(reachOf({}, { email, opt_in: { email: leave } }, { email })).toEqual({ email: { by: "known", address: email, optIn } });
  expect(reachOf({}, { email, opt_in: { email: leave } }, { email: "other@shop.example" })).toEqual({
    email: { by: "known", address: "other@shop.example" },
  });
  expect(reachOf({}, { email, opt_in: { email: leave } }, { email: null })).toBeUndefined();
});

test("of two opt-ins the newer counts, in whichever order they come, and of two of one instant the refusal", () => {
  const later = { ...leave, status: "denied", at: 3000 } as const;
  const together = { ...later, at: 2000 } as const;
  for (const one of [later, together])
    for (const order of [
      [leave, one],
      [one, leave],
    ])
      expect(reachOf({}, ...order.map((given) => ({ email, opt_in: { email: given } })))?.email?.optIn?.status).toBe("denied");
});

test("leave that is told once more lifts no unsubscribe; leave given anew does, but nothing that came back", () => {
  const had = (suppressed: string): Reach => ({ email: { by: "known", address: email, optIn, suppressed } });
  const anew = { ...leave, at: 5000 };
  const suppressed = (was: string, given: typeof leave | typeof anew) =>
    reachOf(had(was), { email, opt_in: { email: given } })?.email?.suppressed;
  expect(suppressed("unsubscribed", leave)).toBe("unsubscribed");
  expect(suppressed("unsubscribed", anew)).toBeUndefined();
  expect(suppressed("bounced", anew)).toBe("bounced");
  expect(suppressed("complained", anew)).toBe("complained");
});

test("leave that is dated a little ahead counts from when it was told: a refusal told after it holds, however often it is told again", () => {
  const profile: Profile = { ...newProfile("pk_demo", "u-42", 0), user: "u-42" };
  const toldAtMs = Date.UTC(2030, 0);
  const ahead = { ...leave, at: toldAtMs + 240_000 };
  const tell = (given: Told["opt_in"], atMs: number) => noteTold(profile, { email, opt_in: given ?? {} }, {}, atMs);
  tell({ email: ahead }, toldAtMs);
  expect(profile.reach?.email?.optIn).toMatchObject({ status: "granted", atMs: toldAtMs });
  tell({ email: ahead }, toldAtMs + 120_000);
  expect(profile.reach?.email?.optIn?.atMs).toBe(toldAtMs);
  tell({ email: { ...leave, status: "denied", at: toldAtMs + 60_000 } }, toldAtMs + 121_000);
  for (const later of [122_000, 300_000]) tell({ email: ahead }, toldAtMs + later);
  expect(profile.reach?.email?.optIn?.status).toBe("denied");
  tell({ email: { ...leave, at: toldAtMs + 400_000 } }, toldAtMs + 400_000);
  expect(profile.reach?.email?.optIn?.status).toBe("granted");
});

test("a topic that is off stays so, also where it was told before the address, or the address changes", () => {
  const off = { topics_off: ["news"] };
  expect(reachOf({}, off, { email, opt_in: { email: leave } })?.email).toMatchObject({ address: email, topicsOff: ["news"] });
  expect(reachOf({}, { email }, off, { email: "other@shop.example" })?.email?.topicsOff).toEqual(["news"]);
  expect(reachOf({}, { email }, off, { topics_off: [] })).toEqual({ email: { by: "known", address: email } });
});

test("A1: leave that the server tells of is not leave to write to an address that a page told", () => {
  const claimed: Reach = { email: { by: "claimed", address: "victim@mail.example" } };
  expect(reachOf(claimed, { opt_in: { email: leave } })).toEqual({ email: { by: "known", optIn } });
  expect(reachOf(claimed, { traits: {} })).toEqual(claimed);
  expect(reachOf(claimed, { email })).toEqual({ email: { by: "known", address: email } });
});

test("B3: a page changes no address that the site's server told", () => {
  const profile = {
    ...newProfile("pk_demo", "u-42", 0),
    reach: { email: { by: "known", address: email, optIn } } satisfies Reach,
  };
  noteClaim(
    profile,
    { kind: "contact", n: 1, at: 0, page: "p1", email: "victim@mail.example", phone: "0612345678", opt_in: true },
    0,
  );
  expect(profile.reach).toEqual({ email: { by: "known", address: email, optIn } });
});

test("only traits that the site file declares are kept, and what is known is told without the claims of a page", () => {
  const profile = { ...newProfile("pk_demo", "u-42", 0), traits: { claimed: { tier: "gold" } } };
  noteTold(profile, { traits: { tier: "silver", undeclared: 1 } }, { tier: {} }, 0);
  expect(profile.traits).toEqual({ claimed: { tier: "gold" }, known: { tier: "silver" } });
  expect(knownOf(profile)).toEqual({ user: "u-42", traits: { tier: "silver" }, reach: {} });
});
