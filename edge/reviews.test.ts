import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Batch } from "../contract/wire.ts";
import { objectName } from "./env.ts";
import type { ReviewAsked } from "./objects/site/reviews.ts";
import type { SiteObject } from "./objects/site.ts";
import type { Profile } from "./profile/state.ts";
import type { ReviewLine, ReviewPage, Timeline } from "./site/answers.ts";
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
  const { reviews } = await (await as(root, `/sites/pk_demo/reviews${query}`)).json<ReviewPage>();
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
    texts: ["Still open, pricing?", "Compare plans"],
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

test("a verdict finds the run that it is for, though its visitor became a user who had one of that name", async () => {
  const { user: someone } = await waiting();
  const { user, review } = await waiting();
  const visitor = bindings.PERSON.get(bindings.PERSON.idFromName(objectName("pk_demo", "v", crypto.randomUUID())));
  const rowOf = (person: DurableObjectStub) =>
    runInDurableObject(person as never, async (_person, { storage: { sql } }) => {
      const { json } = sql.exec<{ json: string }>("SELECT json FROM profile WHERE id = 1").one();
      return JSON.parse(json) as Profile;
    });
  const { user: _user, ...profile } = await rowOf(personOf({ visitor: "", user: { id: someone } }));
  const runs = profile.runs.map((run) => ({ ...run, id: review.run }));
  await runInDurableObject(visitor as never, async (_person, { storage: { sql } }) => {
    sql.exec("CREATE TABLE profile (id INTEGER PRIMARY KEY, json TEXT NOT NULL)");
    sql.exec("INSERT INTO profile VALUES (1, ?)", JSON.stringify({ ...profile, runs }));
  });
  const { id: _id, state: _state, ...asked } = review;
  const site = bindings.SITE.getByName(objectName("pk_demo", "site", "pk_demo"));
  await site.askReviews(visitor.id.toString(), [asked]);
  expect(await visitor.bind(user)).toBe("here");
  const theirs = (await listed(user)).find(({ id }) => id.startsWith(visitor.id.toString().slice(0, 12)));
  expect((await say("approve", theirs?.id ?? "")).status).toBe(200);
  const all = (await rowOf(personOf({ visitor: "", user: { id: user } }))).runs;
  expect(all.map(({ id, review }) => [id === theirs?.run, review])).toEqual([[false, "approved"]]);
});

test("what nobody reviewed goes out all the same where the file says so", async () => {
  await pushDemo(reviewed("send"));
  await scheduler.wait(5100); // an isolate asks again after 5 s, by the system's clock
  const { batch, user, came } = await waiting();
  await after(3 * hour + 1000, batch);
  await vi.waitFor(() => expect(templates(came, user)).toEqual(["compare-plans", "again"]));
}, 15_000);

/** The site has no room for what is asked from here on. */
const full = () =>
  runInDurableObject(bindings.SITE.getByName(objectName("pk_demo", "site", "pk_demo")) as never, (one: SiteObject) => {
    const none = async (_object: string, all: ReviewAsked[]) => all.map(({ run }) => run);
    vi.spyOn(Object.getPrototypeOf(one) as SiteObject, "askReviews").mockImplementation(none);
  });

/** Somebody whose second message finds no room among those that wait for a reviewer. */
async function unheard(): Promise<{ batch: Batch; user: string; came: Hook[] }> {
  const came = receiver();
  await full();
  const nowMs = await now();
  const batch = batchOf(hesitation, { sent_at: nowMs }, nowMs - 20_000);
  const user = batch.user?.id ?? "";
  await post(batch);
  await vi.waitFor(() => expect(templates(came, user)).toEqual(["compare-plans"]));
  await after(61_000, batch);
  return { batch, user, came };
}

test("where too much waits already a step is not sent, and says so, within a minute", async () => {
  await scheduler.wait(5100);
  const { batch, user, came } = await unheard();
  expect(await lastLines(user, 2)).toEqual([
    'not_sent · review · "again" not sent: too much waits for this site\'s reviewers already',
    "exited · done · left plans: nothing more to come",
  ]);
  await after(3 * hour, batch);
  expect(templates(came, user)).toHaveLength(1);
}, 15_000);

test("where too much waits already a step that may go out unreviewed goes out when its time comes, and says so", async () => {
  await pushDemo(reviewed("send"));
  await scheduler.wait(5100);
  const { batch, user, came } = await unheard();
  expect((await lastLines(user, 1))[0]).toBe(
    'review · "again" goes out unreviewed: too much waits for this site\'s reviewers already',
  );
  expect(templates(came, user)).toHaveLength(1);
  await after(2 * hour, batch);
  await vi.waitFor(() => expect(templates(came, user)).toEqual(["compare-plans", "again"]));
}, 15_000);

test("a thousand wait, page by page, the soonest due first; the others are told that there is no room", async () => {
  const site = bindings.SITE.getByName(objectName("pk_queue", "site", "pk_queue"));
  const nowMs = await now();
  const asked = (i: number): ReviewAsked => ({
    ...{
      person: `p${i}`,
      run: `run_${i}`,
      trigger: "t",
      journey: "j",
      step: "s",
      message: "m",
      channels: ["email"],
      texts: ["Hello"],
    },
    ...{ asked_at: nowMs, by: nowMs + hour + ((i * 7919) % 1000) * 1000, otherwise: "drop" },
  });
  const many = Array.from({ length: 1002 }, (_, i) => asked(i));
  expect(await site.askReviews("a".repeat(64), many)).toEqual(["run_1000", "run_1001"]);
  expect(await site.askReviews("a".repeat(64), many.slice(0, 3))).toEqual([]);
  const seen: ReviewLine[] = [];
  let next: string | undefined;
  do {
    const page: ReviewPage = await site.reviews("pending", next);
    expect(page.reviews.length).toBe(100);
    seen.push(...page.reviews);
    next = page.next;
  } while (next !== undefined);
  expect(seen.map(({ by }) => by)).toEqual(
    many
      .slice(0, 1000)
      .map(({ by }) => by)
      .sort((a, b) => a - b),
  );
  expect(new Set(seen.map(({ id }) => id)).size).toBe(1000);
  await skip(3 * hour);
  expect((await site.reviews("pending")).reviews).toEqual([]);
  expect(await site.askReviews("b".repeat(64), [{ ...asked(1), by: (await now()) + hour }])).toEqual([]);
  const [first, second] = (await site.reviews()).reviews;
  expect([first?.state, second?.state]).toEqual(["pending", "expired"]);
}, 20_000);

test("what was decided is kept for 30 days, what nobody decided for one, and then deleted though nobody asks", async () => {
  const { user, review } = await waiting();
  const missed = await waiting();
  expect((await say("reject", review.id)).status).toBe(200);
  const site = bindings.SITE.getByName(objectName("pk_demo", "site", "pk_demo"));
  const rings = () => runDurableObjectAlarm(site as never);
  await skip(29 * 24 * hour);
  expect(await rings()).toBe(true);
  expect(await listed(user, "?state=rejected")).toHaveLength(1);
  expect(await listed(missed.user, "?state=expired")).toEqual([]);
  await skip(2 * 24 * hour);
  expect(await rings()).toBe(true);
  expect(await listed(user, "?state=rejected")).toEqual([]);
});

test("a site that could not be asked is asked again, and once it knows, no more", async () => {
  const asked: string[] = [];
  const site = bindings.SITE.getByName(objectName("pk_demo", "site", "pk_demo"));
  await runInDurableObject(site as never, (one: SiteObject) => {
    const own = Object.getPrototypeOf(one) as SiteObject;
    const ask = Reflect.get(own, "askReviews") as (...all: unknown[]) => Promise<string[]>;
    vi.spyOn(own, "askReviews").mockImplementation(async function (this: SiteObject, object, all) {
      asked.push(object);
      if (asked.length === 1) throw new Error("away");
      return await Reflect.apply(ask, this, [object, all]);
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

test("what was approved and then written anew waits for another verdict, and its reviewers see the new words", async () => {
  const { batch, user, came, review } = await waiting();
  expect((await say("approve", review.id)).status).toBe(200);
  await pushDemo((yaml) => reviewed("drop")(yaml).replace("Still open, {{ page.type }}?", "Shall we help?"));
  await scheduler.wait(5100); // an isolate asks again after 5 s, by the system's clock
  await after(2 * hour, batch);
  await vi.waitFor(async () =>
    expect(await listed(user)).toMatchObject([{ state: "pending", texts: ["Shall we help?", "Compare plans"] }]),
  );
  expect(templates(came, user)).toEqual(["compare-plans"]);
  expect((await say("approve", review.id)).status).toBe(200);
  await vi.waitFor(() => expect(templates(came, user)).toEqual(["compare-plans", "again"]));
  expect(came.at(-1)?.text).toContain("Shall we help?");
}, 15_000);

const withdraws = async ({ visitor, session }: Batch) =>
  expect((await post({ ...batchOf([], { visitor, session, user: undefined }), consent: "denied" })).status).toBe(202);

test("who takes back the consent leaves no text with the reviewers, waiting or decided, signed in or not", async () => {
  const decided = await waiting();
  expect((await say("reject", decided.review.id)).status).toBe(200);
  await withdraws(decided.batch);
  expect(await listed(decided.user)).toEqual([]);
  expect((await say("approve", decided.review.id)).status).toBe(404);

  await pushDemo((yaml) =>
    reviewed("drop")(yaml)
      .replace("now: first", "now: second")
      .replace(/.*id: first.*\n/, ""),
  );
  await scheduler.wait(5100);
  const nowMs = await now();
  const batch = batchOf(hesitation, { sent_at: nowMs, user: undefined }, nowMs - 20_000);
  const before = await waitingNow();
  expect((await post(batch)).status).toBe(202);
  await vi.waitFor(async () => expect(await waitingNow()).toBe(before + 1));
  await withdraws(batch);
  expect(await waitingNow()).toBe(before);
}, 15_000);

const waitingNow = async () => {
  const { reviews } = await (await as(root, "/sites/pk_demo/reviews?state=pending")).json<ReviewPage>();
  return reviews.length;
};
