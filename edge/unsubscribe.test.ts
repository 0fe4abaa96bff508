import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { objectName } from "./env.ts";
import { unsubscribeTokens } from "./feedback/unsubscribe-token.ts";
import { batchOf, bindings, call, type Hook, hesitation, personOf, post, pushDemo, receiver, tokenOf } from "./test/edge.ts";

const site = `version: 1
site: pk_demo
origins: [http://127.0.0.1:8787]
pages: { pricing: { match: [/pricing*], key: true }, cart: { match: [/cart], key: true } }
triggers:
  lingering: { on: [hesitation], when: page.type == "pricing", band: now, re_entry: always, message: hint }
  carting: { on: [hesitation], when: page.type == "cart", band: now, re_entry: always, message: cart }
messages:
  hint: { purpose: marketing, topic: plan-news, subject: Which one fits?, action: { label: See plans, link: /pricing } }
  cart: { purpose: marketing, topic: cart-news, subject: Your cart, action: { label: See the cart, link: /cart } }
destinations:
  email: { url: "https://tool.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL, feedback: { secret: DEST_PK_DEMO_EMAIL_FEEDBACK } }
`;

beforeEach(() => pushDemo(() => site));
afterEach(() => vi.restoreAllMocks());

type Body = { data: { report_to: string; content: { unsubscribe_url: string; list_unsubscribe_post: string } } };
const mine = (came: Hook[], session: string) => came.filter(({ text }) => text.includes(session));

async function hinted(user = {}) {
  const came = receiver();
  const batch = batchOf(hesitation, user);
  await post(batch);
  await vi.waitFor(() => expect(mine(came, batch.session.id)).toHaveLength(1));
  const [hook] = mine(came, batch.session.id);
  const { content, report_to } = ((hook as Hook).body as unknown as Body).data;
  return { came, batch, hook, content, report_to, path: new URL(content.unsubscribe_url).pathname };
}

const click = (path: string, body = "List-Unsubscribe=One-Click") =>
  call(path, { method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } });

const again = async (batch: ReturnType<typeof batchOf>, came: Hook[]) => {
  const next = batchOf(hesitation, { user: batch.user, visitor: crypto.randomUUID() });
  await post(next);
  await vi.waitFor(async () => {
    const said = (await personOf(batch).timeline({ limit: 50 }))?.lines.map(({ text }) => text).join("\n");
    expect(said).toMatch(/unsubscribed/);
  });
  return mine(came, next.session.id);
};

test("an advertisement by e-mail carries its way out, and where to report to", async () => {
  const { content, report_to } = await hinted();
  expect(content.unsubscribe_url).toMatch(/^https:\/\/edge\.example\/u\/[\w-]+\.[\w-]{43}$/);
  expect(content.list_unsubscribe_post).toBe("List-Unsubscribe=One-Click");
  expect(report_to).toBe("https://edge.example/v1/feedback/pk_demo/email");
});

test("the link says nothing of whose it is", async () => {
  const { batch, path } = await hinted();
  const [payload = ""] = path.slice(3).split(".");
  const read = atob(payload.replace(/-/g, "+").replace(/_/g, "/"));
  for (const told of [batch.user?.id ?? "", batch.visitor, "shop.example"]) expect(read).not.toContain(told);
});

test("a look at the page changes nothing; a click on its button does, twice as well as once", async () => {
  const { came, batch, path } = await hinted();
  for (const method of ["GET", "HEAD", "GET"]) {
    const answer = await call(path, { method });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'/);
  }
  const next = batchOf(hesitation, { user: batch.user, visitor: crypto.randomUUID() });
  await post(next);
  await vi.waitFor(() => expect(mine(came, next.session.id)).toHaveLength(1));

  const page = await (await call(path)).text();
  expect(page).toContain("Stop “plan news”");
  expect(page).not.toMatch(/<script|onclick/);
  for (let i = 0; i < 2; i++) expect(await (await click(path, "stop=topic")).text()).toContain("no more “plan news”");
  expect(await again(batch, came)).toEqual([]);
});

test("one click of a mail program is enough (RFC 8058)", async () => {
  const { came, batch, path } = await hinted();
  expect((await click(path)).status).toBe(200);
  expect(await again(batch, came)).toEqual([]);
});

test("a link that is incomplete, or of another edge, changes nothing", async () => {
  const { path } = await hinted();
  const token = path.slice(3);
  const [payload = "", seal = ""] = token.split(".");
  const other = unsubscribeTokens("another secret of thirty-two bytes, or more").sign({
    address: "pk_demo/a:x",
    messageId: "m",
  });
  for (const bad of [payload, `${payload}.`, `${payload}.${seal.slice(0, -1)}`, `${payload}x.${seal}`, other, "..", "%2e%2e"])
    for (const method of ["GET", "POST"]) expect((await call(`/u/${bad}`, { method })).status, `${method} ${bad}`).toBe(404);
});

test("the link is the same on every attempt", async () => {
  const tokens = unsubscribeTokens(bindings.EDGE_SECRET ?? "");
  const wanted = { address: "pk_demo/a:abc", messageId: "msg_x_1", topic: "plan-news" };
  expect(tokens.sign(wanted)).toBe(tokens.sign(wanted));
  expect(tokens.read(tokens.sign(wanted))).toEqual(wanted);
});

test("what is sent once more is the same, link and all", async () => {
  const { came, batch, hook } = await hinted();
  const endpoint = bindings.ENDPOINT.getByName(objectName("pk_demo", "endpoint", "email"));
  await vi.waitFor(async () => expect(await endpoint.replay(hook?.id ?? "")).toMatchObject({ ok: true }));
  expect(mine(came, batch.session.id).map(({ text }) => text)).toEqual([hook?.text, hook?.text]);
});

test("everybody who is written to at an address leaves what they are on, and hears no more there", async () => {
  const email = `${crypto.randomUUID()}@shop.example`;
  const at = async () => {
    const id = `u-${crypto.randomUUID().slice(0, 8)}`;
    return await hinted({ user: { id, token: await tokenOf(id, { email }) } });
  };
  const [one, other] = [await at(), await at()];
  await click(one.path, "stop=all");
  for (const { batch } of [one, other]) {
    const page = await personOf(batch).timeline({ limit: 50 });
    expect(page?.lines.map(({ text }) => text).join("\n")).toMatch(
      /no more advertising goes out by e-mail: somebody there unsubscribed/,
    );
  }
  expect(await again(other.batch, other.came)).toEqual([]);
});

test("one topic that is not wanted leaves the others", async () => {
  const { came, batch, path } = await hinted();
  await click(path, "stop=topic");
  expect(await again(batch, came)).toEqual([]);
  const inCart = hesitation.map((signal) => ("url" in signal ? { ...signal, url: "https://shop.example/cart" } : signal));
  const next = batchOf(inCart, { user: batch.user, visitor: crypto.randomUUID() });
  await post(next);
  await vi.waitFor(() => expect(mine(came, next.session.id)).toHaveLength(1));
});

test("more than a click has to say is refused", async () => {
  const { path } = await hinted();
  expect((await click(path, "x".repeat(5000))).status).toBe(413);
});
