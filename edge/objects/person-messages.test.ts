import { expect, test } from "vitest";
import { jobs, siteOf, somebody } from "../test/somebody.ts";
import { messagesNow } from "./person-messages.ts";

const site = await siteOf(jobs((yaml) => yaml.replace(/experiments:\n[\s\S]*?\n\n/, "").replace(/.*holdout:.*\n/, "")));
const hour = 3_600_000;

/** Left with something in the cart; its last-chance message has gone out. */
function waiting(name?: string) {
  const me = somebody(site);
  me.does(
    { kind: "page_view", url: "https://shop.example/cart", device: "desktop" },
    { kind: "add_to_cart", items: [{ id: "shoe", price: 80, ...(name && { name }) }], currency: "EUR", at: 5000 },
    { kind: "exit_intent", quality: 0.9, speed: 1, quiet_ms: 15_000, at: 40_000 },
  );
  me.does({ kind: "dwell", engaged_ms: 40_000, left: true, at: 1000 });
  me.waits(hour);
  return me;
}

test("a message that lacks what it speaks of is not sent, says why, and counts for no cap", () => {
  const [named, nameless] = [waiting("Trail shoe"), waiting()].map((me) => {
    const { rows, lines } = messagesNow(site, me.profile, [], (seq) => `msg_a_${seq}`, me.nowMs + 4 * 60_000);
    return { said: lines.map(({ what, gate }) => gate ?? what), rows, counted: me.profile.sent?.length };
  });
  expect(named).toMatchObject({ said: ["sent", "review"], rows: [{ destination: "email" }], counted: 2 });
  expect(nameless).toMatchObject({ said: ["sent", "review", "content"], rows: [], counted: 1 });
});
