import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Batch } from "../contract/wire.ts";
import type { AuditLine } from "./site/answers.ts";
import type { FeedLine } from "./site/feeds/kinds.ts";
import { batchOf, call, type Hook, hesitation, now, origin, post, pushDemo, receiver, skip, tokenOf } from "./test/edge.ts";
import { as, get, newSite, push, root, send } from "./test/site.ts";

const minute = 60_000;

const yaml = `version: 1
site: pk_demo
origins: [${origin}]
pages:
  pricing: { match: [/pricing*], key: true }
traits:
  preferred_brand: { type: string, default: "" }
triggers:
  lingering: { on: [hesitation], when: page.type == "pricing", band: now, message: stay }
messages:
  stay:
    purpose: service
    subject: Your cart
    blocks:
      - id: hook
        variants:
          - id: low-stock
            when: cart.top.size_known && cart.top.size_left >= 1 && cart.top.size_left <= 3
            text: "Only {{ cart.top.size_left }} left in your size ({{ cart.top.size }})"
            data_max_age: 15m
          - { id: saved, text: Your cart is waiting }
      - id: instead
        variants:
          - id: other
            text: "{{ cart.top.replacement.name }} by {{ cart.top.replacement.brand }} is {{ cart.top.replacement.price }}"
            data_max_age: 1d
      - { id: reviews, list: cart.top.reviews, limit: 3 }
      - { id: wishes, list: wishlist.items }
destinations:
  email: { url: "https://inbox.example/hook", channels: [email], secret: DEST_PK_DEMO_EMAIL }
`;

const kinds = ["products", "stock", "reviews", "quotes"] as const;

let came: Hook[] = [];
beforeEach(async () => {
  await pushDemo(() => yaml);
  for (const kind of kinds) await as(root, `/sites/pk_demo/feeds/${kind}`, { method: "DELETE" });
  came = receiver();
});
afterEach(() => vi.restoreAllMocks());

let aheadMs = 0;
/** On the system's clock, by which the age of what an isolate knows is counted. It never goes back. */
function tenSecondsLater(): void {
  aheadMs += 10_001;
  vi.useFakeTimers({ toFake: ["Date"], now: vi.getRealSystemTime() + aheadMs });
}

const put = (kind: string, rows: unknown[], at?: number) =>
  send(root, "PUT", `/sites/pk_demo/feeds/${kind}`, { rows, ...(at !== undefined && { at }) });

async function fed(kind: string, rows: unknown[], at?: number): Promise<void> {
  const answer = await put(kind, rows, at);
  if (!answer.ok) throw new Error(await answer.text());
}

const shoe = { id: "shoe-42", name: "Trail 5", category: "shoes", price: 80 };

type Wished = Parameters<typeof batchOf>[0];
interface Said {
  content: { blocks: { id: string; variant?: string; text?: string; items?: { id?: string; name?: string }[] }[] };
  cart: { items: Record<string, unknown>[] };
}

/** Somebody with shoes in the cart lingers over the prices. */
async function said(more: Partial<Batch> = {}, before: Wished = []): Promise<Said> {
  tenSecondsLater();
  const batch = batchOf([{ kind: "view_cart", items: [shoe], currency: "EUR" }, ...before, ...hesitation], more);
  expect((await post(batch)).status).toBe(202);
  const mine = () => came.filter(({ text }) => text.includes(batch.session.id));
  await vi.waitFor(() => expect(mine()).not.toHaveLength(0));
  return (mine()[0] as Hook).body.data as unknown as Said;
}

const hookOf = ({ content }: Said) => content.blocks.find(({ id }) => id === "hook")?.text;
const blockOf = ({ content }: Said, id: string) => content.blocks.find((block) => block.id === id);

const inStock = { id: "shoe-42", size: "42", left: 3 };
const scarce = "Only 3 left in your size (42)";
const other = "Your cart is waiting";

test("fresh stock of the size in the cart is said, and told with its age", async () => {
  await fed("stock", [inStock, { id: "other", size: "42", left: 1 }]);
  const told = await said();
  expect(hookOf(told)).toBe(scarce);
  expect(told.cart.items).toEqual([expect.objectContaining({ id: "shoe-42", variant: "42", stock_left: 3 })]);
  const at = Date.parse(String(told.cart.items[0]?.stock_at));
  expect(Math.abs((await now()) - at)).toBeLessThan(minute);
});

test("stock older than the variant allows is never said: the other line is", async () => {
  await fed("stock", [inStock], (await now()) - 16 * minute);
  expect(hookOf(await said())).toBe(other);
  await fed("stock", [inStock], (await now()) - 14 * minute);
  expect(hookOf(await said())).toBe(scarce);
  await skip(2 * minute);
  expect(hookOf(await said())).toBe(other);
});

test("a feed that is taken away leaves no hole and no old number", async () => {
  await fed("stock", [inStock]);
  expect(hookOf(await said())).toBe(scarce);
  expect((await as(root, "/sites/pk_demo/feeds/stock", { method: "DELETE" })).status).toBe(204);
  const told = await said();
  expect(hookOf(told)).toBe(other);
  expect(told.cart.items[0]).not.toHaveProperty("stock_left");
  expect(told.content.blocks.map(({ id }) => id)).toEqual(["hook"]);
});

test("an id that stands for several sizes says nothing of any", async () => {
  await fed("stock", [inStock, { ...inStock, size: "43" }]);
  expect(hookOf(await said())).toBe(other);
});

const products = [
  { ...shoe, brand: "Northwind", stock: 9 },
  { id: "near", name: "Trail 4", category: "shoes", brand: "Eastwind", price: 79, stock: 2 },
  { id: "own", name: "Ridge", category: "shoes", brand: "Southwind", price: "120.50", stock: 1, url: `${origin}/p/ridge` },
  { id: "gone", name: "Gone", category: "shoes", brand: "Southwind", price: 80, stock: 0 },
  { id: "sock", name: "Sock", category: "socks", brand: "Southwind", price: 80, stock: 5 },
];

test("what replaces a product is in stock, of its category, of the preferred brand if there is one, and near in price", async () => {
  await fed("products", products);
  expect(blockOf(await said(), "instead")?.text).toBe("Trail 4 by Eastwind is 79");
  const user = `u-${crypto.randomUUID().slice(0, 8)}`;
  const loyal = { id: user, token: await tokenOf(user, { traits: { preferred_brand: "southwind" } }) };
  expect(blockOf(await said({ user: loyal }), "instead")?.text).toBe("Ridge by Southwind is 120.5");
  // The stock of its sizes goes before what the products' feed counted.
  await fed("stock", [{ id: "near", size: "42", left: 0 }]);
  expect(blockOf(await said(), "instead")?.text).toBe("Ridge by Southwind is 120.5");
});

test("reviews of the product in the cart stand in their list as they were given, and those of others do not", async () => {
  await fed("reviews", [
    { product: "shoe-42", text: "Dry <b>feet</b>\u202e\nall winter", rating: "4.5", author: "Ada" },
    { product: "sock", text: "Warm" },
    { text: "Good shop" },
  ]);
  expect(blockOf(await said(), "reviews")?.items).toEqual([{ text: "Dry <b>feet</b> all winter", rating: 4.5, author: "Ada" }]);
});

test("products on the wish list are shown with what the feed says of them, and what was bought is not", async () => {
  await fed("products", products);
  const wishes = [
    { kind: "add_to_wishlist", items: [{ id: "own" }, { id: "unheard-of" }] },
    { kind: "add_to_wishlist", items: [{ id: "near" }] },
  ] as const;
  const items = blockOf(await said({}, [...wishes.map((one) => ({ ...one, items: [...one.items] }))]), "wishes")?.items;
  expect(items).toMatchObject([
    { id: "near", name: "Trail 4" },
    { id: "own", name: "Ridge", price: 120.5, url: `${origin}/p/ridge` },
  ]);
  expect(items).toHaveLength(2);
});

test("a feed says how many rows it has and how old it is, and who pushed it stands in the log once", async () => {
  const site = await newSite();
  await push(site, `version: 1\nsite: ${site}\norigins: [https://shop.example]\n`);
  const rows = Array.from({ length: 20_000 }, (_, i) => ({ id: `p${i}`, name: `${"Schuh 👟 ".repeat(10)}${i}`, stock: i }));
  const at = (await now()) - minute;
  for (let i = 0; i < 2; i++) expect((await send(root, "PUT", `/sites/${site}/feeds/products`, { rows, at })).status).toBe(200);
  const line = await get<FeedLine>(`/sites/${site}/feeds/products`);
  expect(line).toMatchObject({ kind: "products", rows: 20_000, at, who: "root" });
  expect(line.age_s).toBeGreaterThanOrEqual(60);
  expect(await get(`/sites/${site}/feeds`)).toMatchObject({ feeds: [{ kind: "products" }] });
  const { audit } = await get<{ audit: AuditLine[] }>(`/sites/${site}/audit`);
  expect(audit.filter(({ what }) => what === "feed_pushed")).toMatchObject([{ detail: "products: 20000 rows" }]);
});

test("a feed with a wrong row is refused whole: each is named with what to write instead, and the one before stays", async () => {
  await fed("stock", [inStock]);
  const wrong = await put("stock", [{ ...inStock, left: 9 }, { id: "a", left: "many" }, { left: 1, lft: 2 }, "row"]);
  expect(wrong.status).toBe(422);
  expect(await wrong.json()).toMatchObject({
    pointer: "/rows/1/left",
    mistakes: [
      { pointer: "/rows/1/left", message: "`left` must be a whole number of pieces, 0 or more, like 3" },
      { pointer: "/rows/2/lft", message: "`lft` is no field of stock; did you mean `left`?" },
      { pointer: "/rows/2/id", message: "`id` is missing: every row needs one" },
      { pointer: "/rows/3" },
    ],
  });
  expect(hookOf(await said())).toBe(scarce);
});

test.each([
  ["products", { id: "a", name: "A", url: "https://elsewhere.example/p" }, "/rows/0/url"],
  ["products", { id: "a", name: "A", url: "javascript:alert(1)" }, "/rows/0/url"],
  ["products", { id: "a", name: "A", image_url: "http://shop.example/a.jpg" }, "/rows/0/image_url"],
  ["products", { id: "a", name: "A", price: "€12" }, "/rows/0/price"],
  ["products", { id: "a", name: "x".repeat(201) }, "/rows/0/name"],
  ["reviews", { text: "Good", rating: 6 }, "/rows/0/rating"],
])("a feed of %s with %j is refused at %s", async (kind, row, pointer) => {
  const answer = await put(kind, [row]);
  expect([answer.status, (await answer.json<{ pointer: string }>()).pointer]).toEqual([422, pointer]);
});

test("a feed is neither empty, nor larger than it may be, nor of a time to come, nor of an unknown kind, nor pushed by everybody", async () => {
  expect((await put("stock", [])).status).toBe(422);
  expect(
    (
      await put(
        "stock",
        Array.from({ length: 20_001 }, (_, i) => ({ id: `${i}`, left: 1 })),
      )
    ).status,
  ).toBe(422);
  expect((await put("stock", [{ id: "x".repeat(5_000_000), left: 1 }])).status).toBe(413);
  expect((await put("stock", [inStock, inStock])).status).toBe(422);
  expect((await put("stock", [inStock], (await now()) + 60 * minute)).status).toBe(422);
  expect((await put("weather", [inStock])).status).toBe(404);
  const reader = await (await send(root, "POST", "/sites/pk_demo/tokens", { role: "read" })).json<{ token: string }>();
  expect((await send(reader.token, "PUT", "/sites/pk_demo/feeds/stock", { rows: [inStock] })).status).toBe(403);
  expect((await call("/v1/admin/sites/pk_demo/feeds/stock", { method: "PUT", body: "{}" })).status).toBe(401);
  expect((await as(root, "/sites/pk_demo/feeds/stock")).status).toBe(404);
});
