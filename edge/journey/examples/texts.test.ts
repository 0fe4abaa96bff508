import { expect, test } from "vitest";
import { type ContentParts, renderContent } from "../../content/content.ts";
import { factsAround } from "../../decide/decide.ts";
import { channelsOf } from "../../site/rules/forms.ts";
import { noonMs, somebody } from "../../test/somebody.ts";
import { doing, type Somebody, shoe } from "./doing.ts";
import { examples, shopWith } from "./shop.ts";

const site = await shopWith(...examples);
const everyMessage = Object.entries(site.file.messages).flatMap(([name, message]) =>
  channelsOf(message).map((channel) => ({ name, message, channel })),
);

/** What somebody reads of a message who has a cart and turned to leave it. */
function reads(me: Somebody, { name, message, channel }: (typeof everyMessage)[number]) {
  const moment = Object.values(me.profile.sessions.s1?.moments ?? {}).find(({ kind }) => kind === "exit");
  const facts = moment && factsAround(site, me.profile, { moment, session: "s1" }, me.nowMs);
  if (!facts) throw new Error("turns to leave first");
  const holds: ContentParts["holds"] = (when) => {
    const condition = site.compile(when);
    return typeof condition === "function" && condition(facts);
  };
  const { file } = site;
  const items: ContentParts["items"] = new Map(me.profile.items);
  const told = { file, message, channel, facts, items, holds, template: name, messageId: "msg_a_1", timeZone: "Europe/Paris" };
  return renderContent({ ...told, reads: () => [], shareOf: () => 0.5, nowMs: me.nowMs });
}

function leavingCart(traits: Record<string, string>) {
  const me = somebody(site, "u-42", noonMs);
  me.profile.traits = { known: traits };
  doing(me).opens("/cart").adds(shoe).turnsToLeave();
  return me;
}

test.each(everyMessage)("$name can be written out for $channel, with no hole in it", (one) => {
  const said = reads(leavingCart({}), one);
  expect(said).not.toHaveProperty("missing");
  expect(JSON.stringify(said)).not.toMatch(/\{\{|undefined|null%/);
});

test("of those who ask in the chat, gold members go first", () => {
  for (const name of ["help-after-purchase", "payment-help"])
    for (const [loyalty_tier, priority] of Object.entries({ gold: true, silver: false })) {
      const message = site.file.messages[name];
      if (!message) throw new Error(name);
      expect(reads(leavingCart({ loyalty_tier }), { name, message, channel: "chat" })).toMatchObject({ chat: { priority } });
    }
});

test("the evening's discount calls whoever the site's server knows by name, and nobody by what a browser claims", () => {
  const message = site.file.messages["evening-offer"];
  if (!message) throw new Error("evening-offer");
  const one = { name: "evening-offer", message, channel: "onsite" } as const;
  expect(reads(leavingCart({ first_name: "Ada" }), one)).toMatchObject({ onsite: { title: "Ada: 8% off" } });
  const claims = leavingCart({});
  claims.profile.traits = { known: {}, claimed: { first_name: "Eve" } } as never;
  expect(reads(claims, one)).toMatchObject({ onsite: { title: "Tonight: 8% off" } });
});
