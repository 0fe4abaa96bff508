import { runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { systemClock } from "../../clock.ts";
import { deliverBy } from "../../destinations/deliver.ts";
import { objectName } from "../../env.ts";
import { bindings } from "../../test/edge.ts";
import { siteOf } from "../../test/somebody.ts";
import { endpointNotices } from "./notices.ts";

const site = (other: string) => `version: 1
site: pk_demo
origins: [https://shop.example]
destinations:
  email: { url: "https://mail.tool.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
  ${other}
`;
const hook = "https://hooks.slack.com/services/T0000000/B0000000/abcdefgh12345678";

async function told(yaml: string) {
  const config = await siteOf(yaml);
  const came: { url: string; text: string }[] = [];
  const deliver = deliverBy(async (url, init) => {
    came.push({ url, text: await new Request(url, init).text() });
    return new Response("ok");
  }, undefined);
  const SITE = { getByName: () => ({ switch: async () => ({ ok: true }), noteDelivery: async () => undefined }) };
  const env = { ...bindings, SITE, DEST_PK_DEMO_STAFF: hook } as never;
  const sites = { fresh: async () => config } as never;
  const object = bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", crypto.randomUUID()));
  await runInDurableObject(object as never, async (_endpoint, { storage }) => {
    const notices = endpointNotices({ ...{ storage, env, sites, deliver }, clock: systemClock, site: "pk_demo", name: "email" });
    notices.add([{ what: "disabled", why: "it answered 410" }]);
    await notices.pass();
    await notices.pass();
  });
  return came;
}

test("staff who look at a Slack channel are told there, once, that a destination is disabled", async () => {
  const came = await told(site("staff: { vendor: slack, channels: [team], secret: DEST_PK_DEMO_STAFF }"));
  expect(came).toHaveLength(1);
  expect(came[0]).toMatchObject({ url: hook, text: expect.stringContaining("email is disabled: it answered 410") });
});

test("another vendor is told nothing of it: it takes messages to people", async () => {
  expect(await told(site("staff: { vendor: klaviyo, channels: [email], secret: DEST_PK_DEMO_STAFF }"))).toEqual([]);
});
