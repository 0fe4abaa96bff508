import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { Refusal } from "../problem.ts";
import { type FeedbackFrom, feedbackFrom } from "../site/schema/messages.ts";
import { readers } from "./readers.ts";
import { type Inbound, type Report, reported } from "./report.ts";
import { bodyOf, said, saidAtMs } from "./stand-in/said.ts";
import { tools, url } from "./stand-in/signed-as.ts";

const nowMs = saidAtMs + 60_000;
const hourMs = 3_600_000;
let own: Awaited<ReturnType<typeof tools>>;
let other: Awaited<ReturnType<typeof tools>>;
beforeAll(async () => {
  own = await tools();
  other = await tools();
});

async function inboundOf(from: FeedbackFrom, body: string, signedAtMs = nowMs): Promise<Inbound> {
  return { ...(await own.sign[from](body, signedAtMs)), url, nowMs };
}
const read = (from: FeedbackFrom, inbound: Inbound, secret = own.secrets[from]) => readers[from](inbound, secret);

/** What came of it: reports, "refused" for a signature that is none, or the refusal's status. */
const outcome = (from: FeedbackFrom, inbound: Inbound, secret?: string): Promise<Report[] | "refused" | number> =>
  read(from, inbound, secret).then(
    (reports) => reports ?? "refused",
    (error: unknown) => {
      if (error instanceof Refusal) return error.status;
      throw error;
    },
  );

const timeless: readonly FeedbackFrom[] = ["twilio", "mandrill", "postmark"];

const flipped = (text: string, at: number, bit: number) =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);

describe.each(feedbackFrom)("%s", (from) => {
  test("what it says under its signature is read", async () => {
    const reports = await read(from, await inboundOf(from, bodyOf(from, "click")));
    expect(reports).toHaveLength(1);
    expect(reports?.[0]).toMatchObject({ what: from === "twilio" ? "replied" : "clicked" });
    if (from !== "twilio") expect(reports?.[0]).toMatchObject({ messageId: "msg_abc_17", recipient: "someone@shop.example" });
    if (!["twilio", "resend", "mailgun"].includes(from)) expect(reports?.[0]?.atMs).toBe(saidAtMs);
  });

  test("an opt-out is read as one", async () => {
    const [report] = (await read(from, await inboundOf(from, bodyOf(from, "optOut")))) ?? [];
    expect(report?.what).toBe("unsubscribed");
    expect(report?.recipient).toMatch(/someone@shop.example|\+33600000001/);
  });

  test("without its headers nothing is taken", async () => {
    const inbound = await inboundOf(from, bodyOf(from, "optOut"));
    const unsigned = from === "mailgun" ? `{"event-data":${bodyOf(from, "optOut")}}` : inbound.body;
    expect(await read(from, { ...inbound, body: unsigned, headers: new Headers() })).toBeUndefined();
    for (const name of inbound.headers.keys()) {
      const headers = new Headers(inbound.headers);
      headers.delete(name);
      expect(await read(from, { ...inbound, headers }), name).toBeUndefined();
      headers.set(name, "");
      expect(await read(from, { ...inbound, headers }), name).toBeUndefined();
    }
  });

  test("another key, a cut key and an empty key open nothing", async () => {
    const inbound = await inboundOf(from, bodyOf(from, "optOut"));
    const secret = own.secrets[from];
    const wrong = from === "sendgrid" ? other.secrets.sendgrid : secret.replace("secret", "sesame").replace("dGhl", "dGhm");
    expect(await read(from, inbound, wrong)).toBeUndefined();
    expect(["refused", 503]).toContain(await outcome(from, inbound, secret.slice(0, -4)));
    expect(["refused", 503]).toContain(await outcome(from, inbound, ""));
  });

  test("every bit of the signature and of what is signed counts", async () => {
    const { headers, body, ...rest } = await inboundOf(from, bodyOf(from, "click"));
    const honest = await outcome(from, { headers, body, ...rest });
    for (const [name, value] of headers)
      for (let at = 0; at < value.length; at++)
        for (let bit = 0; bit < 7; bit++) {
          const tampered = new Headers(headers);
          try {
            tampered.set(name, flipped(value, at, bit));
          } catch {
            continue; // no header may say that
          }
          // What stands before the secret is nobody's secret, and the name of a scheme has no case.
          const isSame = name === "authorization" && /^Basic /i.test(tampered.get(name) ?? "");
          if (tampered.get(name) === value || isSame) continue;
          expect(await outcome(from, { headers: tampered, body, ...rest }), `${name} ${at} ${bit}`).toBe("refused");
        }
    // Postmark signs no body, Mailgun none but its own part of it.
    const end = from === "postmark" ? 0 : from === "mailgun" ? body.indexOf("}") : body.length;
    const harmless = ["refused", ...(["mailgun", "mandrill", "twilio"].includes(from) ? [JSON.stringify(honest)] : [])];
    for (let at = 0; at < end; at++) {
      const result = await outcome(from, { headers, body: flipped(body, at, at % 7), ...rest });
      expect(harmless, `byte ${at}`).toContain(typeof result === "string" ? result : JSON.stringify(result));
    }
  });

  test("what a day-old signature brings opts out and does nothing else", async () => {
    const click = await inboundOf(from, bodyOf(from, "click"), nowMs - 23 * hourMs);
    const optOut = await inboundOf(from, bodyOf(from, "optOut"), nowMs - 23 * hourMs);
    // Twilio, Mandrill and Postmark sign no time. Where every attempt is signed anew an old one is a replay; elsewhere it may be honest.
    const expected = from === "generic" || from === "resend" ? "refused" : [];
    if (!timeless.includes(from)) expect(await outcome(from, click)).toEqual(expected);
    expect((await read(from, optOut))?.map(({ what }) => what)).toEqual(["unsubscribed"]);
  });

  test("a signature from the time to come is no better than an old one", async () => {
    if (timeless.includes(from)) return;
    const click = await inboundOf(from, bodyOf(from, "click"), nowMs + 6 * 60_000);
    expect([[], "refused"]).toContainEqual(await outcome(from, click));
  });
});

test("a Mailgun signature of the day before yesterday forges no opt-out", async () => {
  expect(await read("mailgun", await inboundOf("mailgun", bodyOf("mailgun", "optOut"), nowMs - 25 * hourMs))).toBeUndefined();
});

const isReport = (report: Report): boolean =>
  reported.includes(report.what) &&
  typeof report.eventId === "string" &&
  report.eventId.length > 0 &&
  Number.isInteger(report.atMs) &&
  report.atMs <= nowMs &&
  !Object.values(report).includes(undefined) &&
  (report.what !== "bounced" || report.bounce !== undefined);

/** A tool's own words with some of them replaced, or anything at all. */
const hostile = (from: FeedbackFrom) =>
  from === "twilio"
    ? fc.oneof(
        fc.string(),
        fc
          .dictionary(
            fc.constantFrom("MessageSid", "MessageStatus", "Body", "ErrorCode", "From", "To", "OptOutType"),
            fc.string(),
          )
          .map((params) => `${new URLSearchParams(params)}`),
      )
    : fc.oneof(
        fc.json(),
        fc.string(),
        fc
          .tuple(fc.constantFrom("click", "optOut") as fc.Arbitrary<"click" | "optOut">, fc.nat(40), fc.jsonValue())
          .map(([what, target, value]) => {
            let at = 0;
            return JSON.stringify(said[from][what], (_, inner: unknown) => (at++ === target ? value : inner)) ?? "null";
          }),
        fc
          .tuple(fc.constantFrom("constructor", "__proto__", "toString"), fc.constantFrom("click", "optOut"))
          .map(([word, what]) => bodyOf(from, what as "click").replace(/clicked|click|unsubscribed|unsubscribe/g, word)),
      );

test.each(feedbackFrom)("%s: no body makes the reader throw but a refusal, and what it gives are reports", async (from) => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(hostile(from), async (body) => {
      const result = await outcome(from, await inboundOf(from, body));
      if (!Array.isArray(result)) return;
      taken += result.length;
      expect(result.filter((report) => !isReport(report))).toEqual([]);
    }),
    { numRuns: 300 },
  );
  expect(taken).toBeGreaterThan(0);
});

test.each(feedbackFrom)("%s: no unsigned request gives a report", async (from) => {
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature", "svix-id", "svix-timestamp", "svix-signature"];
  names.push("x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp", "authorization");
  names.push("x-cusp-secret", "x-cio-signature", "x-cio-timestamp", "klaviyo-signature", "klaviyo-timestamp");
  names.push("x-twilio-signature");
  const value = fc.oneof(
    fc.constantFrom("", "v1,", "v1,AAAA", "Basic Og==", String(nowMs / 1000)),
    fc.base64String(),
    fc.stringMatching(/^[0-9a-f]{0,64}$/),
  );
  await fc.assert(
    fc.asyncProperty(hostile(from), fc.dictionary(fc.constantFrom(...names), value), async (body, headers) => {
      expect(await outcome(from, { headers: new Headers(headers), body, url, nowMs })).toBe("refused");
    }),
    { numRuns: 300 },
  );
});
