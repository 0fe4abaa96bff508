import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { oneLine } from "./content/one-line.ts";
import { admin, batchOf, call, type Hook, hesitation, post, pushDemo, receiver } from "./test/edge.ts";
import { harmful, hostileTexts, textsIn } from "./test/hostile.ts";

const perPerson = 16;
const places = Array.from({ length: perPerson }, (_, i) => `t${i}`);

/** Whoever hesitates is greeted by name, and told what is known of them, each in a block of its own. */
const telling = (yaml: string) =>
  `${yaml
    .replace("subject: Not sure which plan fits?", `subject: "{{ profile.first_name | default: 'Hello' }}, not sure?"`)
    .replace(/ +- \{ id: hook, text: "Most people.*\n/, () =>
      [...places, "first_name"].map((name) => `      - { id: ${name}, text: "In {{ profile.${name} }}, yes" }\n`).join(""),
    )}
traits:
  first_name: { type: string }
${places.map((place) => `  ${place}: { type: string }\n`).join("")}`;

beforeEach(() => pushDemo(telling));
afterEach(() => vi.restoreAllMocks());

async function serverKey(): Promise<string> {
  const body = JSON.stringify({ role: "server", expires: "365d" });
  return (await (await admin("/sites/pk_demo/tokens", { method: "POST", body })).json<{ token: string }>()).token;
}

interface Said {
  subject: string;
  blocks: { id: string; text: string }[];
  action: { url: string };
}

const values = Object.values(hostileTexts);
const people = Array.from({ length: Math.ceil(values.length / perPerson) }, (_, i) => ({
  user: `u-hostile-${i}`,
  told: values.slice(i * perPerson, (i + 1) * perPerson),
}));

test("what the site's server tells of people leaves by the webhook as plain text on one line, or not at all", async () => {
  const key = await serverKey();
  const came = receiver();
  for (const { user, told } of people) {
    const traits = Object.fromEntries([...told.map((value, i) => [`t${i}`, value]), ["first_name", told[0]]]);
    const init = { method: "PUT", body: JSON.stringify({ traits }), headers: { authorization: `Bearer ${key}` } };
    expect((await call(`/v1/profiles/${user}`, init)).status).toBe(200);
    expect((await post(batchOf(hesitation, { user: { id: user } }))).status).toBe(202);
  }
  const sentTo = (user: string): Hook | undefined => came.find(({ text }) => text.includes(`"id":"${user}"`));
  await vi.waitFor(() => expect(people.filter(({ user }) => sentTo(user))).toHaveLength(people.length));
  for (const { user, told } of people) {
    const { headers, body } = sentTo(user) as Hook;
    const { content } = body.data as never as { content: Said };
    for (const one of textsIn(content)) expect(one).not.toMatch(harmful);
    for (const header of headers.values()) expect(header).not.toMatch(/Bcc|script/);
    expect(content.subject).toMatch(/^[^<>{}\\/@:]{1,40}, not sure\?$/u);
    expect(content.action.url).toMatch(/^http:\/\/127\.0\.0\.1:8787\/pricing\?cusp_m=msg_[\w-]+$/);
    const expected = told.flatMap((value, i) => (oneLine(value) ? { id: `t${i}`, text: `In ${oneLine(value)}, yes` } : []));
    expect(content.blocks.filter(({ id }) => id !== "first_name")).toEqual(expected);
  }
}, 20_000);
