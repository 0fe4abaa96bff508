import { beforeAll, expect, test } from "vitest";
import type { FeedbackFrom } from "../site/schema/messages.ts";
import { readers } from "./readers.ts";
import { isProgram } from "./reading/machine.ts";
import { saidAtMs } from "./stand-in/said.ts";
import { tools, url } from "./stand-in/signed-as.ts";

let own: Awaited<ReturnType<typeof tools>>;
beforeAll(async () => {
  own = await tools();
});
const nowMs = saidAtMs + 60_000;
const iso = new Date(saidAtMs).toISOString();

async function machines(from: FeedbackFrom, event: unknown): Promise<boolean[]> {
  const signed = await own.sign[from](JSON.stringify(event), nowMs);
  const reports = (await readers[from]({ ...signed, url, nowMs }, own.secrets[from])) ?? [];
  return reports.map(({ machine }) => machine === true);
}

const phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148";
const klaviyo = (event_properties: object) => ({
  data: [{ external_id: "e", topic: "event:klaviyo.opened_email", payload: { data: { attributes: { event_properties } } } }],
});
const customerio = (data: object) => ({ event_id: "e", object_type: "email", metric: "opened", timestamp: 1, data });
const postmark = (more: object) => ({ RecordType: "Open", MessageID: "m", ReceivedAt: iso, ...more });
const sendgrid = (event: string, second: number, more: object = {}) => ({
  email: "a@b.example",
  event,
  timestamp: saidAtMs / 1000 + second,
  sg_event_id: `${event}${second}${JSON.stringify(more)}`,
  sg_message_id: "m.1",
  useragent: phone,
  ...more,
});

test.each<[FeedbackFrom, unknown, boolean]>([
  ["sendgrid", [sendgrid("open", 9, { sg_machine_open: true })], true],
  ["sendgrid", [sendgrid("open", 9, { sg_machine_open: false })], false],
  ["sendgrid", [sendgrid("open", 9, { useragent: "Mozilla/5.0" })], true],
  ["postmark", postmark({ UserAgent: "Mozilla/5.0" }), true],
  ["postmark", postmark({ UserAgent: "", Client: { Name: "Googlebot" } }), true],
  ["postmark", postmark({ UserAgent: phone, Client: { Name: "Apple Mail" } }), false],
  ["mailgun", { event: "opened", "client-info": { bot: "apple" } }, true],
  ["mailgun", { event: "opened", "client-info": { bot: "gmail", "user-agent": phone } }, false],
  ["customerio", customerio({ prefetched: true }), true],
  ["customerio", customerio({ machine: false, user_agent: phone }), false],
  ["klaviyo", klaviyo({ machine_open: true }), true],
  ["klaviyo", klaviyo({}), false],
  ["resend", { type: "email.clicked", created_at: iso, data: { click: { userAgent: "Barracuda Sentinel (EE)" } } }, true],
  ["generic", { type: "message.opened", timestamp: iso, data: [{ event_id: "e", machine: true }] }, true],
  ["generic", { type: "message.clicked", timestamp: iso, data: [{ event_id: "e", user_agent: "curl/8" }] }, true],
  ["generic", { type: "message.clicked", timestamp: iso, data: [{ event_id: "e", user_agent: phone }] }, false],
  ["generic", { type: "message.delivered", timestamp: iso, data: [{ event_id: "e", machine: true }] }, false],
])("%s %j: a program %s", async (from, event, expected) => {
  expect(await machines(from, event)).toEqual([expected]);
});

test.each([
  ["Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", false],
  ["Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 30) AppleWebKit/537.36", false],
  ["Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", true],
  ["python-requests/2.31", true],
  ["Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/130", true],
])("%s: a program %s", (userAgent, expected) => {
  expect(isProgram(userAgent)).toBe(expected);
});

const click = (second: number, path: string) => sendgrid("click", second, { url: `https://shop.example/${path}` });

test("a click in the second of the delivery is a scanner's", async () => {
  expect(await machines("sendgrid", [sendgrid("delivered", 0), click(1, "cart")])).toEqual([false, true]);
  expect(await machines("sendgrid", [click(1, "cart"), sendgrid("delivered", 0)]), "in any order").toEqual([true, false]);
  expect(await machines("sendgrid", [sendgrid("delivered", 0), click(30, "cart")])).toEqual([false, false]);
});

test("all links of a message in one second are a scanner's, the click of a person later is not", async () => {
  const sweep = [click(10, "cart"), click(10, "help"), click(11, "unsubscribe")];
  expect(await machines("sendgrid", [...sweep, click(50, "cart")])).toEqual([true, true, true, false]);
  expect(await machines("sendgrid", [click(10, "cart"), click(10, "cart"), click(11, "cart")]), "one link thrice").toEqual([
    false,
    false,
    false,
  ]);
});

test("what a scanner does with one message says nothing of another", async () => {
  const other = { ...click(1, "cart"), sg_message_id: "n.1" };
  expect(await machines("sendgrid", [sendgrid("delivered", 0), other])).toEqual([false, false]);
});
