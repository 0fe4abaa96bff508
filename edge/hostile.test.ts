import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Timeline } from "./site/answers.ts";
import { admin, batchOf, call, type Hook, hesitation, post, pushDemo, receiver } from "./test/edge.ts";
import { harmful, hostileTexts, textsIn } from "./test/hostile.ts";
import { get } from "./test/site.ts";

/** Whoever hesitates is greeted by name and told of their town. */
const greeting = (yaml: string) =>
  `${yaml
    .replace("subject: Not sure which plan fits?", `subject: "{{ profile.first_name | default: 'Hello' }}, not sure?"`)
    .replace("preheader: The three", `preheader: "To {{ profile.town }}: the three`)
    .replace("side by side, in one minute", `side by side"`)
    .replace("{ label: Compare plans, link: /pricing }", `{ label: Compare plans, link: "/pricing?town={{ profile.town }}" }`)}
traits:
  first_name: { type: string }
  town: { type: string, default: Paris }
`;

beforeEach(() => pushDemo(greeting));
afterEach(() => vi.restoreAllMocks());

const users = Object.entries(hostileTexts).map(([name, value], i) => ({ name, value, user: `u-hostile-${i}` }));

async function serverKey(): Promise<string> {
  const body = JSON.stringify({ role: "server", expires: "365d" });
  return (await (await admin("/sites/pk_demo/tokens", { method: "POST", body })).json<{ token: string }>()).token;
}

/** What came of the one message that a person might have had. */
async function decidedOf(user: string): Promise<string> {
  const { lines } = await get<Timeline>(`/people/${user}/timeline?site=pk_demo`);
  return lines.flatMap(({ what, gate = "" }) => (/^(not_)?sent$/.test(what) ? `${what} ${gate}` : [])).join();
}

const contentOf = ({ body: { data } }: Hook) =>
  (data as never as { content: { subject: string; preheader: string; action: { url: string } } }).content;

test("what somebody signs up with, told by the site's server, leaves by the webhook as one plain line, or nothing leaves", async () => {
  const key = await serverKey();
  const came = receiver();
  for (const { name, value, user } of users) {
    const told = JSON.stringify({ traits: { first_name: value, town: value } });
    const answer = await call(`/v1/profiles/${user}`, { method: "PUT", body: told, headers: { authorization: `Bearer ${key}` } });
    expect(answer.status, name).toBe(200);
    expect((await post(batchOf(hesitation, { user: { id: user } }))).status).toBe(202);
  }
  const decided = await Promise.all(users.map(async ({ user }) => await decidedOf(user)));
  for (const [i, { name }] of users.entries()) expect(decided[i], name).toMatch(/^(sent|not_sent) (content)?$/);
  const sent = () => came.filter(({ body }) => body.type === "message.send");
  await vi.waitFor(() => expect(sent()).toHaveLength(decided.filter((one) => one === "sent ").length), 10_000);
  expect(sent().length).toBeGreaterThan(20);
  for (const hook of sent()) {
    const { subject, preheader, action } = contentOf(hook);
    for (const one of textsIn(contentOf(hook))) expect(one).not.toMatch(harmful);
    expect(subject).toMatch(/^[^<>{}\\/@:]{1,40}, not sure\?$/u);
    expect(preheader).toMatch(/^To [^\n\r]+: the three side by side$/);
    expect(new URL(action.url).origin).toBe("http://127.0.0.1:8787");
    expect(action.url).not.toMatch(/["'<>`\s]/);
    for (const header of hook.headers.values()) expect(header).not.toMatch(/Bcc|script/);
  }
}, 30_000);
