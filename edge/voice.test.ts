import { runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Batch } from "../contract/wire.ts";
import { objectName } from "./env.ts";
import type { ReviewAsked } from "./objects/site/reviews.ts";
import type { SiteObject } from "./objects/site.ts";
import type { ReviewLine, ReviewPage, Timeline } from "./site/answers.ts";
import { batchOf, bindings, type Hook, hesitation, now, post, pushDemo, receiver, runAlarm, skip, tokenOf } from "./test/edge.ts";
import { get, root, send } from "./test/site.ts";

const hour = 3_600_000;

/** Three messages that speak of what somebody wishes for: on the page, by e-mail at once, and two hours later. */
const branded = (yaml: string) =>
  `${yaml
    .replace(
      "    band: now\n    message: compare-plans\n",
      `    enter: { now: first }
    journey: plans
  hinted: { on: [hesitation], when: page.type == "pricing", band: now, message: hint }
`,
    )
    .replace(
      "messages:\n",
      `journeys:
  plans:
    exit_on: [purchase]
    hold_while: none
    steps:
      - { id: first, layer: immediate, after: 0s, before: 15m, channels: [email], message: at-once }
      - { id: second, layer: re-engagement, after: 2h, before: 4h, channels: [email], message: again }
messages:
  at-once: { purpose: service, subject: "{{ profile.wish }}?", action: { label: Compare plans, link: /pricing } }
  again: { purpose: service, subject: "Still after {{ profile.wish }}?", action: { label: Compare plans, link: /pricing } }
  hint: { purpose: service, onsite: { title: "After {{ profile.wish }}?" }, action: { label: Compare plans, link: /pricing } }
`,
    )}
voice: { banned: [cheap], exclamation_marks: 1, max_chars: { email: 80 } }
traits: { wish: { type: string, default: coffee } }
`;

beforeEach(() => pushDemo(branded));
afterEach(() => vi.restoreAllMocks());

interface Somebody {
  batch: Batch;
  user: string;
  came: Hook[];
  shown: string[];
}

/** Somebody who wishes for this lingers on the prices. */
async function lingers(wish?: string, before: Parameters<typeof batchOf>[0] = []): Promise<Somebody> {
  const came = receiver();
  const nowMs = await now();
  const user = `u-${crypto.randomUUID().slice(0, 8)}`;
  const token = await tokenOf(user, wish === undefined ? {} : { traits: { wish } });
  const batch = batchOf(
    [...hesitation.slice(0, 1), ...before, ...hesitation.slice(1)],
    { sent_at: nowMs, user: { id: user, token } },
    nowMs - 20_000,
  );
  const answer = await post(batch);
  expect(answer.status).toBe(202);
  const { onsite } = await answer.json<{ onsite: { content: { template: string } }[] }>();
  return { batch, user, came, shown: onsite.map(({ content }) => content.template) };
}

const subjects = ({ came, user }: Somebody) =>
  came
    .map(({ body }) => body.data as never as { person: { id: string }; content?: { subject: string } })
    .flatMap(({ person, content }) => (content && person.id === user ? content.subject : []));

async function later(ms: number, { batch }: Somebody): Promise<void> {
  await skip(ms);
  await runAlarm(batch);
}

const reviewsOf = async ({ user }: Somebody): Promise<ReviewLine[]> =>
  (await get<ReviewPage>("/sites/pk_demo/reviews")).reviews.filter(({ person }) => person === user);

const say = (word: "approve" | "reject", { id }: ReviewLine) => send(root, "POST", `/sites/pk_demo/reviews/${id}/${word}`, "");

const told = async ({ user }: Somebody, gate: string): Promise<string[]> => {
  const { lines } = await get<Timeline>(`/people/${user}/timeline?site=pk_demo`);
  return lines.flatMap((line) => (line.gate === gate ? `${line.what} · ${line.text}` : [])).reverse();
};

/** Somebody whose second message is held. */
async function held(wish = "cheap beans"): Promise<{ one: Somebody; review: ReviewLine }> {
  const one = await lingers(wish);
  await later(2 * hour, one);
  const review = await vi.waitFor(async () => {
    const all = await reviewsOf(one);
    expect(all).toHaveLength(1);
    return all[0] as ReviewLine;
  });
  return { one, review };
}

test("who wishes for nothing that the brand would not say gets all three", async () => {
  const one = await lingers("beans");
  expect(one.shown).toEqual(["hint"]);
  await vi.waitFor(() => expect(subjects(one)).toEqual(["beans?"]));
  await later(2 * hour, one);
  await vi.waitFor(() => expect(subjects(one)).toEqual(["beans?", "Still after beans?"]));
  expect(await reviewsOf(one)).toEqual([]);
});

test("what the brand would not say is not shown on the page, nor sent where nobody could review it in time, and says so", async () => {
  const one = await lingers("cheap beans");
  expect(one.shown).toEqual([]);
  expect(await told(one, "voice")).toEqual([
    'not_sent · "at-once" not sent: the subject says “cheap”, which the brand never says, and there is no time for a review',
    'not_sent · "hint" not sent: the title says “cheap”, which the brand never says, and there is no time for a review',
  ]);
  expect(await reviewsOf(one)).toEqual([]);
});

test("what the brand would not say waits for a reviewer, who sees why, and goes out as it was approved, whatever changed since", async () => {
  const { one, review } = await held();
  expect(review).toMatchObject({
    state: "pending",
    message: "again",
    step: "second",
    channels: ["email"],
    texts: ["Still after cheap beans?", "Compare plans"],
    reason: "the subject says “cheap”, which the brand never says",
    otherwise: "drop",
  });
  expect(await told(one, "voice")).toContainEqual(
    'held · "again" held for a reviewer: the subject says “cheap”, which the brand never says',
  );
  const token = await tokenOf(one.user, { traits: { wish: "tea" } });
  await post({ ...batchOf([], { visitor: one.batch.visitor, session: one.batch.session }), user: { id: one.user, token } });
  expect(subjects(one)).toEqual([]);
  expect((await say("approve", review)).status).toBe(200);
  await vi.waitFor(() => expect(subjects(one)).toEqual(["Still after cheap beans?"]));
  expect(one.came.at(-1)?.id).toBe(review.message_id);
  expect((await say("reject", review)).status).toBe(409);
});

test("what was rejected never goes out, and what nobody reviewed does not either", async () => {
  const { one, review } = await held();
  expect((await say("reject", review)).status).toBe(200);
  await vi.waitFor(async () =>
    expect(await told(one, "review")).toEqual(['not_sent · "again" not sent: a reviewer rejected it']),
  );

  const { one: other, review: missed } = await held();
  await later(2 * hour, other);
  expect(await told(other, "review")).toEqual(['not_sent · "again" not sent: nobody had reviewed it in time']);
  expect((await say("approve", missed)).status).toBe(409);
  expect([...subjects(one), ...subjects(other)]).toEqual([]);
});

test("what is too long once it is filled in is held, and says by how much", async () => {
  const { review } = await held("beans from the hills behind the old town of Antigua Guatemala, roasted dark and ground");
  expect(review.reason).toBe("the subject has 99 characters, the brand's voice allows 80");
});

test("an approval comes too late for whoever bought meanwhile", async () => {
  const { one, review } = await held();
  const nowMs = await now();
  const { visitor, user, session } = one.batch;
  const token = await tokenOf(user?.id ?? "");
  const bought = batchOf([{ kind: "purchase", order: "0a1b2c3d4e5f6072" }], { visitor, session, sent_at: nowMs }, nowMs);
  expect((await post({ ...bought, user: { id: user?.id, token } })).status).toBe(202);
  expect((await say("approve", review)).status).toBe(409);
  await later(2 * hour, one);
  expect(subjects(one)).toEqual([]);
});

test("where too much waits for the reviewers already it is not sent, and says so", async () => {
  await runInDurableObject(bindings.SITE.getByName(objectName("pk_demo", "site", "pk_demo")) as never, (site: SiteObject) => {
    const none = async (_object: string, all: ReviewAsked[]) => all.map(({ run, message_id = run }) => message_id);
    vi.spyOn(Object.getPrototypeOf(site) as SiteObject, "askReviews").mockImplementation(none);
  });
  const one = await lingers("cheap beans");
  await later(2 * hour, one);
  await vi.waitFor(async () =>
    expect(await told(one, "review")).toEqual(['not_sent · "again" not sent: too much waits for this site\'s reviewers already']),
  );
});

test("what nobody approved is not sent by a replay either, also once its journey is forgotten", async () => {
  const { one, review } = await held();
  await later(72 * hour, one);
  await later(72 * hour, one);
  const path = `/sites/pk_demo/deliveries/${review.message_id}`;
  await vi.waitFor(async () => expect(await get<object>(path)).toMatchObject({ state: "expired" }));
  const answer = await send(root, "POST", `${path}/replay`, "");
  expect([answer.status, await answer.text()]).toEqual([409, expect.stringContaining("nobody approved it")]);
  expect(subjects(one)).toEqual([]);
});

test("what a reviewer approved as a step of its journey is not held once more for the same words", async () => {
  await pushDemo((yaml) => branded(yaml).replace("message: again }", "message: again, review: { by: 3h } }"));
  await scheduler.wait(5100); // an isolate asks again after 5 s, by the system's clock
  const one = await lingers("cheap beans");
  const [review] = await vi.waitFor(async () => {
    const all = await reviewsOf(one);
    expect(all).toHaveLength(1);
    return all as [ReviewLine];
  });
  expect((await say("approve", review)).status).toBe(200);
  await later(2 * hour, one);
  await vi.waitFor(() => expect(subjects(one)).toEqual(["Still after cheap beans?"]));
  expect(await reviewsOf(one)).toHaveLength(1);
}, 15_000);

test("an approval of a step holds for the code, the day and the link of its message, which nobody can see before", async () => {
  const offered =
    "again: { purpose: service, offer: gift, preheader: \"{{ offer.code }}, by {{ offer.ends_at | date: '%H:%M:%S' }}: {{ '/pricing' | link }}\",";
  await pushDemo(
    (yaml) =>
      `${branded(yaml)
        .replace("message: again }", "message: again, review: { by: 3h } }")
        .replace(
          "again: { purpose: service,",
          offered,
        )}offers: { gift: { percent: 10, valid_for: 1d, code: { fixed: BEANS } } }\n`,
  );
  await scheduler.wait(5100); // an isolate asks again after 5 s, by the system's clock
  const one = await lingers("cheap beans");
  const [review] = await vi.waitFor(async () => {
    const all = await reviewsOf(one);
    expect(all).toHaveLength(1);
    return all as [ReviewLine];
  });
  expect(review.texts).toContainEqual(expect.stringContaining("cusp_m=msg_review_0"));
  expect((await say("approve", review)).status).toBe(200);
  await later(2 * hour, one);
  await vi.waitFor(() => expect(subjects(one)).toEqual(["Still after cheap beans?"]));
  expect(await reviewsOf(one)).toHaveLength(1);
}, 15_000);

test("an approval of a step holds though the tag of its link makes the message longer than the brand would have it", async () => {
  await pushDemo((yaml) =>
    branded(yaml)
      .replace("message: again }", "message: again, review: { by: 3h } }")
      .replace("again: { purpose: service,", "again: { purpose: service, preheader: \"{{ '/pricing' | link }}\","),
  );
  await scheduler.wait(5100); // an isolate asks again after 5 s, by the system's clock
  const one = await lingers("beans");
  const [review] = await vi.waitFor(async () => {
    const all = await reviewsOf(one);
    expect(all).toHaveLength(1);
    return all as [ReviewLine];
  });
  expect((await say("approve", review)).status).toBe(200);
  await later(2 * hour, one);
  await vi.waitFor(() => expect(subjects(one)).toContain("Still after beans?"));
  expect(await reviewsOf(one)).toHaveLength(1);
}, 15_000);

test("a list that names what the brand never says is held too, and the reviewer sees the names", async () => {
  await pushDemo((yaml) =>
    branded(yaml).replace("again: { purpose: service,", "again: { purpose: service, blocks: [{ id: left, list: cart.items }],"),
  );
  await scheduler.wait(5100); // an isolate asks again after 5 s, by the system's clock
  const inCart = { id: "sku-1", name: "CHEAP! CHEAP! beans", price: 9, quantity: 1 };
  const one = await lingers("beans", [{ kind: "add_to_cart", items: [inCart], currency: "EUR", at: 1000 }]);
  await later(2 * hour, one);
  await later(1.5 * hour, one); // who has a full cart is written to later
  const [review] = await vi.waitFor(async () => {
    const all = await reviewsOf(one);
    expect(all).toHaveLength(1);
    return all as [ReviewLine];
  });
  expect(review).toMatchObject({
    texts: ["Still after beans?", "Compare plans", inCart.name],
    reason: "the list left says “CHEAP”, which the brand never says",
  });
}, 15_000);

test("who signs in while a message of theirs is held gets it once it is approved", async () => {
  await pushDemo(
    (yaml) => `${branded(yaml).replace("default: coffee", "default: cheap coffee")}identity: { claimed_addresses: true }\n`,
  );
  await scheduler.wait(5100); // an isolate asks again after 5 s, by the system's clock
  const came = receiver();
  const nowMs = await now();
  const user = `u-${crypto.randomUUID().slice(0, 8)}`;
  const email = `${user}@shop.example`;
  const contact = { kind: "contact", email, opt_in: true, at: 20_001 } as const;
  const batch = batchOf([...hesitation, contact], { sent_at: nowMs, user: undefined }, nowMs - 20_001);
  expect((await post(batch)).status).toBe(202);
  await skip(2 * hour);
  await runAlarm(batch);
  const before = { texts: ["Still after cheap coffee?", "Compare plans"] };
  const review = await vi.waitFor(async () => {
    const { reviews } = await get<ReviewPage>("/sites/pk_demo/reviews?state=pending");
    expect(reviews[0]).toMatchObject(before);
    return reviews[0] as ReviewLine;
  });
  const { visitor, session } = batch;
  const token = await tokenOf(user, { email });
  const signedIn = batchOf([], { visitor, session, sent_at: await now() });
  expect((await post({ ...signedIn, stream: crypto.randomUUID(), user: { id: user, token } })).status).toBe(202);
  const { lines } = await get<Timeline>(`/people/${user}/timeline?site=pk_demo`);
  expect(lines.map(({ what }) => what)).toEqual(expect.arrayContaining(["merged", "held"]));
  expect((await say("approve", review)).status).toBe(200);
  await vi.waitFor(() => expect(came.map(({ id }) => id)).toEqual([review.message_id]));
}, 15_000);
