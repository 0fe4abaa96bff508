import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type UserTokenPayload, userToken } from "../server/user-token.ts";
import { addressNames } from "./address-names.ts";
import { objectName } from "./env.ts";
import type { AuditLine } from "./site/answers.ts";
import {
  admin,
  batchOf,
  bindings,
  type Hook,
  hesitation,
  post,
  pushDemo,
  receiver,
  identitySecret as secret,
} from "./test/edge.ts";

const nameOf = addressNames(bindings.EDGE_SECRET ?? "");
const leave = { status: "granted", at: Date.UTC(2026, 0, 1), source: "checkout" } as const;
/** 10,000 by hand. */
const forged = Number((bindings as unknown as { CUSP_FORGED?: string }).CUSP_FORGED ?? 100);

const max = 25;
/** A site that writes to whoever hesitates: by e-mail, or by text message to those who have a phone number only. */
const site = `version: 1
site: pk_demo
origins: [http://127.0.0.1:8787]
pages: { pricing: { match: [/pricing*], key: true } }
limits:
  cap: { max: 3, per: 24h, channels: [email] }
  budget: { max: ${max}, per: 1d, channels: [sms], purposes: [marketing, service, transactional] }
  sms_to: ["+33", "+88"]
triggers:
  lingering: { on: [hesitation], band: now, message: hint }
messages:
  hint:
    topic: hints
    subject: Which one fits?
    sms: { text: Which one fits? }
    action: { label: See plans, link: /pricing }
destinations:
  email: { url: "https://tool.example/hook", channels: [email, sms], secret: DEST_PK_DEMO_EMAIL }
`;

let people = 0;
const phoneOf = (i: number) => `+336${String(i).padStart(8, "0")}`;

type Told = Partial<UserTokenPayload>;

/** Somebody who is signed in hesitates. */
async function hesitates(told: Told): Promise<string> {
  const user = `person-${++people}`;
  const exp = Math.floor(Date.now() / 1000) + 3600;
  const token = await userToken(
    { site: "pk_demo", user, exp, opt_in: { email: leave, sms: leave, push: leave }, ...told },
    secret,
  );
  const answer = await post(batchOf(hesitation, { user: { id: user, token } }));
  if (answer.status !== 202) throw new Error(await answer.text());
  return user;
}

/** What became of the message to this user: "sent", or the gate that stopped it. */
async function fateOf(user: string): Promise<string> {
  if (came.some(({ body }) => (body.data.person as unknown as { id: string }).id === user)) return "sent";
  const told = await bindings.PERSON.getByName(objectName("pk_demo", "u", user)).timeline({ limit: 10 });
  return told?.lines.find(({ what }) => what === "not_sent")?.gate ?? "open";
}

/** What became of the messages to so many people who hesitate, one by one or as they come. */
async function fates(count: number, told: (i: number) => Told, atOnce = 50): Promise<string[]> {
  const all: string[] = [];
  for (let i = 0; i < count; i += atOnce) {
    const users = await Promise.all(Array.from({ length: Math.min(atOnce, count - i) }, (_, k) => hesitates(told(i + k))));
    for (const user of users) {
      await vi.waitFor(async () => expect(await fateOf(user)).not.toBe("open"), { timeout: 20_000, interval: 200 });
      all.push(await fateOf(user));
    }
  }
  return all;
}

const countOf = (all: string[], fate: string) => all.filter((one) => one === fate).length;

let came: Hook[];
beforeAll(() => pushDemo(() => site));
beforeEach(() => {
  came = receiver();
});
afterEach(() => vi.restoreAllMocks());

test("500 people with one e-mail address get as many messages as one person may", async () => {
  const all = await fates(500, () => ({ email: "one@shop.example" }));
  expect([countOf(all, "sent"), countOf(all, "address_cap")]).toEqual([3, 497]);
  expect(came).toHaveLength(3);
}, 240_000);

test("who unsubscribes as one person is left alone as every other, and a new opt-in ends that", async () => {
  const told = { email: "shared@shop.example" };
  expect(await fates(1, () => told)).toEqual(["sent"]);
  await bindings.ADDRESS.getByName(await nameOf("pk_demo", "email", told.email)).suppress("unsubscribed", Date.now());
  expect(new Set(await fates(20, () => told))).toEqual(new Set(["unsubscribed"]));
  const anew = { ...leave, at: Date.now() + 60_000 };
  expect(await fates(1, () => ({ ...told, opt_in: { email: anew } }))).toEqual(["sent"]);
}, 20_000);

test("text messages go to the countries of the site, and nowhere that costs a fortune", async () => {
  const numbers = ["+33698765432", "+88216123456", "+979123456789", "+491701234567", "+19005551234", "+8811234567"];
  const all = await fates(numbers.length, (i) => ({ phone: numbers[i] as string }));
  expect(all).toEqual(["sent", ...numbers.slice(1).map(() => "country")]);
}, 20_000);

test("forged moments spend the site's budget and no more, and the site is told once", async () => {
  const all = await fates(forged, (i) => ({ phone: phoneOf(i) }));
  // One was taken by the test before.
  expect([countOf(all, "sent"), countOf(all, "budget")]).toEqual([max - 1, forged - max + 1]);
  expect(came).toHaveLength(max - 1);
  const { audit } = await (await admin("/sites/pk_demo/audit")).json<{ audit: AuditLine[] }>();
  expect(audit.filter(({ what }) => what === "budget_spent")).toHaveLength(1);
}, 600_000);
