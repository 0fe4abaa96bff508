import { expect, test } from "vitest";
import { jobs, siteOf, somebody } from "../../test/somebody.ts";
import { messagesNow } from "./messages.ts";

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

test("a browser's time zone that this machine does not know stops no message", () => {
  const me = waiting("Trail shoe");
  me.profile.context.time_zone = "Mars/Phobos";
  const { rows } = messagesNow(site, me.profile, [], (seq) => `msg_a_${seq}`, me.nowMs + 4 * 60_000);
  expect(rows).toHaveLength(1);
});

test("a site that is not live, or is switched off, reports moments of its test people only, and says so", async () => {
  const reporting = (live: string) =>
    siteOf(
      jobs((yaml) =>
        yaml
          .replace(
            "destinations:\n",
            `destinations:\n  log: { url: "https://log.example", channels: [team], secret: DEST_PK_DEMO_LOG, moments: [exit] }\n`,
          )
          .replace("time_zone:", `${live}\ntime_zone:`),
      ),
    );
  const bodies = (one: Awaited<typeof site>, person: string) => {
    const me = somebody(one, person);
    me.does({ kind: "page_view", url: "https://shop.example/p/1", device: "desktop" });
    const moment = { kind: "exit", page: "p1", score: 5, band: "later", atMs: me.nowMs, evidence: [] } as never;
    const risen = [{ moment, session: "s1", receivedAtMs: me.nowMs }];
    return messagesNow(one, me.profile, risen, String, me.nowMs).rows.map(({ body }) => JSON.parse(body).data.live as boolean);
  };
  const dark = await reporting("live: false\ntest_people: [tester]");
  expect([bodies(dark, "tester"), bodies(dark, "other")]).toEqual([[false], []]);
  const live = await reporting("");
  expect(bodies(live, "other")).toEqual([true]);
  expect(bodies({ ...live, switches: { off: true, triggers: [] } }, "other")).toEqual([]);
});

test("a message that lacks what it speaks of is not sent, says why, and counts for no cap", () => {
  const [named, nameless] = [waiting("Trail shoe"), waiting()].map((me) => {
    const { rows, lines } = messagesNow(site, me.profile, [], (seq) => `msg_a_${seq}`, me.nowMs + 4 * 60_000);
    return { said: lines.map(({ what, gate }) => gate ?? what), rows, counted: me.profile.sent?.length };
  });
  expect(named).toMatchObject({ said: ["sent", "review"], rows: [{ destination: "email" }], counted: 2 });
  expect(nameless).toMatchObject({ said: ["review", "content"], rows: [], counted: 1 });
});
