import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Batch } from "../contract/wire.ts";
import { objectName } from "./env.ts";
import type { SiteObject } from "./objects/site.ts";
import type { ReviewLine, Timeline } from "./site/answers.ts";
import {
  batchOf,
  bindings,
  type Hook,
  hesitation,
  now,
  personOf,
  post,
  pushDemo,
  receiver,
  runAlarm,
  skip,
} from "./test/edge.ts";
import { as, root, send } from "./test/site.ts";

const hour = 3_600_000;

/** Two messages, of which the second goes out once somebody has looked at it. */
const reviewed = (otherwise: string) => (yaml: string) =>
  yaml.replace("    band: now\n    message: compare-plans\n", "    enter: { now: first }\n    journey: plans\n").replace(
    "messages:\n",
    `journeys:
  plans:
    exit_on: [purchase]
    hold_while: none
    steps:
      - { id: first, layer: immediate, after: 0s, before: 15m, channels: [email], message: compare-plans }
      - { id: second, layer: re-engagement, after: 2h, before: 4h, channels: [email], message: again, review: { by: 3h, else: ${otherwise} } }
messages:
  again: { purpose: service, subject: "Still open, {{ page.type }}?", action: { label: Compare plans, link: /pricing } }
`,
  );

beforeEach(() => pushDemo(reviewed("drop")));
afterEach(() => vi.restoreAllMocks());

/** Of one person: those of the tests before may still be on their way. */
const templates = (came: Hook[], user: string) =>
  came
    .map(({ body }) => body.data as never as { person: { id: string }; content?: { template: string } })
    .flatMap(({ person, content }) => (content && person.id === user ? content.template : []));
const listed = async (user: string, query = ""): Promise<ReviewLine[]> => {
  const { reviews } = await (await as(root, `/sites/pk_demo/reviews${query}`)).json<{ reviews: ReviewLine[] }>();
  return reviews.filter(({ person }) => person === user);
};
const say = (word: "approve" | "reject", id: string, token = root) =>
  send(token, "POST", `/sites/pk_demo/reviews/${id}/${word}`, "");
const lastLines = async (user: string, count: number): Promise<string[]> => {
  const { lines } = await (await as(root, `/people/${user}/timeline?site=pk_demo&limit=${count}`)).json<Timeline>();
  return lines.map(({ what, gate, text }) => [what, gate, text].filter((one) => one).join(" · ")).reverse();
};

/** Somebody whose second message waits for a reviewer. */
async function waiting(): Promise<{ batch: Batch; user: string; came: Hook[]; review: ReviewLine }> {
  const came = receiver();
  const nowMs = await now();
  const batch = batchOf(hesitation, { sent_at: nowMs }, nowMs - 20_000);
  const user = batch.user?.id ?? "";
  expect((await post(batch)).status).toBe(202);
  await vi.waitFor(() => expect(templates(came, user)).toEqual(["compare-plans"]));
  const [review] = await vi.waitFor(async () => {
    const all = await listed(user);
    expect(all).toHaveLength(1);
    return all;
  });
  return { batch, user, came, review: review as ReviewLine };
}

async function after(ms: number, batch: Batch): Promise<void> {
  await skip(ms);
  await runAlarm(batch);
}

test("what waits for a reviewer says whom it is for, what it would say, and until when", async () => {
  const { user, review } = await waiting();
  expect(review).toMatchObject({
    state: "pending",
    person: user,
    journey: "plans",
    step: "second",
    message: "again",
    channels: ["email"],
    texts: ["Still open, pricing?"],
    otherwise: "drop",
  });
  expect(review.by - review.asked_at).toBeGreaterThan(2.9 * hour);
});

test("what was approved goes out when its time comes, and at once where that is over", async () => {
  const early = await waiting();
  expect(await (await say("approve", early.review.id)).json()).toMatchObject({ state: "approved", who: "root" });
  expect(templates(early.came, early.user)).toHaveLength(1);
  await after(2 * hour, early.batch);
  await vi.waitFor(() => expect(templates(early.came, early.user)).toEqual(["compare-plans", "again"]));

  const late = await waiting();
  await after(2.5 * hour, late.batch);
  expect(templates(late.came, late.user)).toHaveLength(1);
  expect((await say("approve", late.review.id)).status).toBe(200);
  await vi.waitFor(() => expect(templates(late.came, late.user)).toEqual(["compare-plans", "again"]));
});

test("what was rejected is never sent, and the timeline says why", async () => {
  const { batch, user, came, review } = await waiting();
  expect((await say("reject", review.id)).status).toBe(200);
  await after(3 * hour, batch);
  expect(templates(came, user)).toHaveLength(1);
  expect(await lastLines(user, 3)).toEqual([
    "reviewed · a reviewer rejected step second",
    'not_sent · review · "again" not sent: a reviewer rejected it',
    "exited · done · left plans: nothing more to come",
  ]);
});

test("the first verdict holds; another is refused and changes nothing", async () => {
  const { user, review } = await waiting();
  expect((await say("reject", review.id)).status).toBe(200);
  const second = await say("approve", review.id);
  expect([second.status, (await second.json<{ detail: string }>()).detail]).toEqual([409, "this was rejected before"]);
  expect(await listed(user)).toMatchObject([{ state: "rejected" }]);
  const both = await waiting();
  const verdicts = await Promise.all([say("approve", both.review.id), say("reject", both.review.id)]);
  expect(verdicts.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test("a verdict that comes too late, or for a journey that is over, is refused and says so", async () => {
  const late = await waiting();
  await after(3 * hour + 1000, late.batch);
  expect(await listed(late.user)).toMatchObject([{ state: "expired" }]);
  expect((await say("approve", late.review.id)).status).toBe(409);
  expect((await lastLines(late.user, 2))[0]).toBe('not_sent · review · "again" not sent: nobody had reviewed it in time');

  const bought = await waiting();
  const signals: Parameters<typeof batchOf>[0] = [{ kind: "purchase", order: "0a1b2c3d4e5f6071" }];
  const nowMs = await now();
  const { visitor, user, session } = bought.batch;
  expect((await post(batchOf(signals, { visitor, user, session, sent_at: nowMs }, nowMs))).status).toBe(202);
  expect((await say("approve", bought.review.id)).status).toBe(409);
  expect(await listed(bought.user, "?state=over")).toHaveLength(1);
  expect([...templates(late.came, late.user), ...templates(bought.came, bought.user)]).not.toContain("again");
});

test("what nobody reviewed goes out all the same where the file says so", async () => {
  await pushDemo(reviewed("send"));
  await scheduler.wait(5100); // an isolate asks again after 5 s, by the system's clock
  const { batch, user, came } = await waiting();
  await after(3 * hour + 1000, batch);
  await vi.waitFor(() => expect(templates(came, user)).toEqual(["compare-plans", "again"]));
}, 15_000);

test("a site that could not be asked is asked again, and once it knows, no more", async () => {
  const asked: string[] = [];
  const site = bindings.SITE.getByName(objectName("pk_demo", "site", "pk_demo"));
  await runInDurableObject(site as never, (one: SiteObject) => {
    const own = Object.getPrototypeOf(one) as SiteObject;
    const ask = Reflect.get(own, "askReviews") as (...all: unknown[]) => void;
    vi.spyOn(own, "askReviews").mockImplementation(function (this: SiteObject, object, all) {
      asked.push(object);
      if (asked.length === 1) throw new Error("away");
      return Reflect.apply(ask, this, [object, all]);
    });
  });
  receiver();
  const nowMs = await now();
  const batch = batchOf(hesitation, { sent_at: nowMs }, nowMs - 20_000);
  const user = batch.user?.id ?? "";
  await post(batch);
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  expect(await listed(user)).toEqual([]);
  await after(61_000, batch);
  await vi.waitFor(async () => expect(await listed(user)).toHaveLength(1));
  await after(61_000, batch);
  await evictDurableObject(personOf(batch) as never);
  await after(61_000, batch);
  expect(asked).toHaveLength(2);
}, 20_000);

test("a reviewer's token opens the reviews of its site and nothing else, and the log says who decided", async () => {
  const { review } = await waiting();
  const tokenFor = async (role: string) =>
    await (await send(root, "POST", "/sites/pk_demo/tokens", { role })).json<{ token: string; id: string }>();
  const [reviewer, reader] = [await tokenFor("review"), await tokenFor("read")];
  expect((await as(reviewer.token, "/sites/pk_demo/file")).status).toBe(403);
  expect((await as(reviewer.token, "/sites/pk_demo/reviews")).status).toBe(200);
  expect((await say("approve", review.id, reader.token)).status).toBe(403);
  expect((await say("approve", review.id, reviewer.token)).status).toBe(200);
  const { audit } = await (await as(root, "/sites/pk_demo/audit")).json<{ audit: object[] }>();
  expect(audit.at(-1)).toMatchObject({ who: reviewer.id, what: "review_approved", detail: `again of plans: ${review.id}` });
  expect((await say("approve", "nothing", root)).status).toBe(404);
});
