import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Timeline, TimelineLine } from "./site/answers.ts";
import { batchOf, type Hook, hesitation, now, post, pushDemo, receiver } from "./test/edge.ts";
import { get } from "./test/site.ts";

/** A message of a journey with a goal, a holdout and an experiment; its hook is one of two, and holds a link. */
const trying = (yaml: string) =>
  `${yaml.replace("    band: now\n    message: compare-plans\n", "    enter: { now: first }\n    journey: plans\n").replace(
    "messages:\n",
    `journeys:
  plans:
    goal: { event: purchase, within: 5d }
    exit_on: [purchase]
    hold_while: none
    steps: [{ id: first, layer: immediate, after: 0s, before: 15m, channels: [email, onsite], message: hooked }]
messages:
  hooked:
    purpose: service
    subject: Which plan?
    onsite: { title: "{{ blocks.hook }}" }
    blocks:
      - id: hook
        choose: split
        variants:
          - { id: short, text: "See {{ '/plans' | link }}", weight: 3 }
          - { id: long, text: "All of it: {{ '/plans' | link }}" }
    action: { label: Compare plans, link: /pricing }
`,
  )}
limits: { holdout: { share: 1%, purposes: [service] } }
experiments:
  words:
    patch: messages.hooked
    arms: { plain: { weight: 1, set: {} }, asked: { weight: 1, set: { subject: "Which of the plans?" } } }
`;

beforeEach(() => pushDemo(trying));
afterEach(() => vi.restoreAllMocks());

interface Body {
  message_id: string;
  goal?: object;
  holdout?: object;
  experiment?: object[];
  content: { blocks: { id: string; text: string; variant: string; probability: number; alternatives: string[] }[] };
}

const linesOf = async (id: string): Promise<TimelineLine[]> =>
  (await get<Timeline>(`/people/${encodeURIComponent(id)}/timeline?site=pk_demo`)).lines;

/** Somebody who is not held out, and what came for them. */
async function told(): Promise<{ batch: ReturnType<typeof batchOf>; body: Body; lines: TimelineLine[] }> {
  const came = receiver();
  for (;;) {
    const nowMs = await now();
    const batch = batchOf(hesitation, { sent_at: nowMs }, nowMs - 20_000);
    expect((await post(batch)).status).toBe(202);
    const lines = await linesOf(batch.user?.id ?? "");
    if (lines.some(({ gate }) => gate === "holdout")) continue;
    const hook = await vi.waitFor(() => {
      const found = came.find(({ body }) => body.type === "message.send");
      expect(found).toBeDefined();
      return found as Hook;
    });
    return { batch, body: hook.body.data as never as Body, lines };
  }
}

test("the webhook says what the journey wants, how many are held out, and by which dice its words were chosen", async () => {
  const { body, lines } = await told();
  expect(body).toMatchObject({
    goal: { event: "purchase", within_s: 432_000 },
    holdout: { share: 0.01 },
    experiment: [{ id: "words", probability: 0.5 }],
  });
  const [hook] = body.content.blocks;
  const isShort = hook?.variant === "short";
  expect(hook).toMatchObject({ probability: isShort ? 0.75 : 0.25, alternatives: [isShort ? "long" : "short"] });
  const { id: block, variant, probability, alternatives } = hook ?? {};
  expect(lines.find(({ what }) => what === "sent")).toMatchObject({
    message_id: body.message_id,
    choices: [{ block, variant, probability, alternatives }],
    experiment: body.experiment,
  });
});

test("who comes by a link of a block is known to have come by that block, and the journey takes it for an answer", async () => {
  const { batch, body } = await told();
  const tag = /cusp_m=(\S+)/.exec(body.content.blocks[0]?.text ?? "")?.[1] ?? "";
  expect(tag).toBe(`${body.message_id}-hook`);
  const { visitor, user, session } = batch;
  const nowMs = await now();
  const landing = [{ kind: "page_view", url: "https://shop.example/plans", device: "desktop", message: tag }] as const;
  expect((await post(batchOf([...landing], { visitor, user, session, sent_at: nowMs }, nowMs))).status).toBe(202);
  expect((await linesOf(tag)).find(({ what }) => what === "reported")).toMatchObject({
    text: '"hooked" brought them to the site',
    message_id: body.message_id,
    block: "hook",
  });
});

test("a page is told what to show and nothing of the dice, and what was shown is recorded all the same", async () => {
  const nowMs = await now();
  const batch = batchOf(hesitation, { sent_at: nowMs, user: undefined }, nowMs - 20_000);
  const { onsite } = await (await post(batch)).json<{ onsite: { id: string; content: Body["content"] }[] }>();
  if (!onsite[0]) return; // held out
  expect(Object.keys(onsite[0].content.blocks[0] ?? {}).sort()).toEqual(["id", "text", "variant"]);
  const [sent] = (await linesOf(onsite[0].id)).filter(({ what }) => what === "sent");
  expect(sent?.choices).toMatchObject([{ block: "hook", variant: onsite[0].content.blocks[0]?.variant }]);
});
