import fc from "fast-check";
import { expect, test } from "vitest";
import { slack } from "./slack.ts";
import { calling, messageOf, parcelOf } from "./stand-in/parcel.ts";
import { markup, slackStandIn } from "./stand-in/slack.ts";

const hook = "https://hooks.slack.com/services/T0000AAAA/B0000BBBB/0123456789abcdefABCDEF12";
const url = "https://shop.example/cart?a=1&b=x|y";

const parcel = (text: string, label = "Open") => {
  const message = messageOf({}, { channel: "team" });
  return parcelOf(
    hook,
    { message: { ...message, content: { ...message.content, team: { text }, action: { label, url } } } },
    slack,
  );
};

test("a message becomes one post with our link and no other", async () => {
  const { call, bodies, requests } = calling(slackStandIn(hook));
  expect(await slack.deliver(parcel("Somebody hesitates at 3 < 5 & more"), call)).toMatchObject({ state: "delivered" });
  const text = "Somebody hesitates at 3 &lt; 5 &amp; more\n<https://shop.example/cart?a=1&amp;b=x%7Cy|Open>";
  expect(bodies()[0]).toMatchObject({ text, blocks: [{ text: { text, verbatim: true } }], unfurl_links: false });
  expect(JSON.stringify([requests[0]?.headers, requests[0]?.body])).not.toContain(hook);
});

test("no text calls everyone, names somebody, or hides a link behind a word", async () => {
  const said = fc.oneof(
    fc.constantFrom("<!channel>", "<!here|here>", "<@U123>", "<https://evil.example|Open>", "&lt;!channel&gt;", "|", "a>b<c"),
    fc.string({ unit: "grapheme" }),
    fc.constant("&<>".repeat(900)),
  );
  await fc.assert(
    fc.asyncProperty(said, said, async (text, label) => {
      const { call, bodies } = calling(slackStandIn(hook));
      const outcome = await slack.deliver(parcel(`A ${text}`, label.slice(0, 60)), call);
      expect(outcome.state).toBe("delivered");
      const [{ text: posted, blocks }] = bodies();
      expect(blocks[0].text.text).toBe(posted);
      expect(markup(posted).map((inside) => inside.split("|"))).toEqual([
        ["https://shop.example/cart?a=1&amp;b=x%7Cy", expect.any(String)],
      ]);
      expect(posted.replace(/&(amp|lt|gt);/g, "")).not.toContain("&");
    }),
    { numRuns: 300 },
  );
});

test.each([
  [404, "no_service", "gone"],
  [410, "channel_is_archived", "gone"],
  [403, "action_prohibited", "failed"],
  [400, "invalid_payload", "failed"],
  [429, "rate_limited", "again"],
  [500, "rollup_error", "again"],
])("%i %s: %s", async (status, text, state) => {
  const outcome = await slack.deliver(parcel("Hello"), async () => ({
    status,
    headers: new Headers({ "retry-after": "2" }),
    text,
  }));
  expect(outcome).toMatchObject({
    state,
    ...(state === "failed" && { reason: `Slack: ${text}` }),
    ...(state === "again" && { retryAfterMs: 2000 }),
  });
});
