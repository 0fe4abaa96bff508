import { IncomingWebhook } from "@slack/webhook";
import Twilio from "twilio";
import { expect, test } from "vitest";
import { slack } from "./slack.ts";
import { bodyOf, fetching, header, ours } from "./stand-in/library.ts";
import { messageOf, parcelOf } from "./stand-in/parcel.ts";
import type { Sent } from "./stand-in/request.ts";
import { slackStandIn } from "./stand-in/slack.ts";
import { twilioStandIn } from "./stand-in/twilio.ts";
import { twilio } from "./twilio.ts";

// The vendors' own libraries send to our stand-ins what ours sent: what these take is what the vendors take.

test("Twilio's own library and ours send the same", async () => {
  const [sid, token] = ["AC0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210"];
  const made = messageOf({ phone: "+33612345678" }, { channel: "sms" });
  const report_to = "https://edge.example/v1/feedback/pk_demo/sms";
  const message = { ...made, report_to, content: { ...made.content, sms: { text: "Only 3 left. ✓" } } };
  const sent = await ours(twilio, parcelOf(`${sid}:${token}`, { message }, twilio), twilioStandIn({ sid, token }));
  const form = Object.fromEntries(new URLSearchParams(String(sent.body)));
  const theirs: Sent[] = [];
  const httpClient = {
    // biome-ignore lint/suspicious/noExplicitAny: what the library hands its client
    async request({ uri, headers, username, password, data }: any) {
      const authorization = `Basic ${btoa(`${username}:${password}`)}`;
      const request = { url: uri, headers: { ...headers, authorization }, body: new URLSearchParams(data).toString() };
      theirs.push(request);
      const { status, text } = twilioStandIn({ sid, token })(request);
      return { statusCode: status, body: JSON.parse(text), headers: {} };
    },
  };
  // biome-ignore lint/suspicious/noExplicitAny: a client of its own shape
  const { messages } = new Twilio.Twilio(sid, token, { httpClient: httpClient as any });
  const { To = "", From = "", Body = "", StatusCallback = "", ValidityPeriod } = form;
  const created = { to: To, from: From, body: Body, statusCallback: StatusCallback, validityPeriod: Number(ValidityPeriod) };
  expect((await messages.create(created)).sid).toMatch(/^SM/);
  expect(theirs[0]?.url).toBe(sent.url);
  expect(header(theirs[0], "authorization")).toBe(header(sent, "authorization"));
  expect(header(theirs[0], "content-type")).toBe(header(sent, "content-type"));
  expect(Object.fromEntries(new URLSearchParams(String(theirs[0]?.body)))).toEqual(form);
});

test("Slack's own library and ours send the same", async () => {
  const hook = "https://hooks.slack.com/services/T0000AAAA/B0000BBBB/0123456789abcdefABCDEF12";
  const made = messageOf({}, { channel: "team" });
  const message = { ...made, content: { ...made.content, team: { text: "3 < 5" } } };
  const sent = await ours(slack, parcelOf(hook, { message }, slack), slackStandIn(hook));
  const { fetched, requests } = fetching(slackStandIn(hook));
  expect(await new IncomingWebhook(hook, { fetch: fetched as typeof fetch }).send(bodyOf(sent))).toMatchObject({ text: "ok" });
  expect(requests[0]?.url).toBe(sent.url);
  expect(bodyOf(requests[0])).toEqual(bodyOf(sent));
});
