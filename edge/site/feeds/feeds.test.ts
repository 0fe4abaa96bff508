import { expect, test } from "vitest";
import type { Reading, SiteObject } from "../../objects/site.ts";
import { siteCache } from "../cache.ts";
import { checkSiteFile } from "../check.ts";
import type { FeedKind, FeedText, FeedVersions } from "./kinds.ts";

const checked = checkSiteFile("version: 1\nsite: pk_demo\norigins: [https://shop.example]\n");
const file = JSON.stringify(checked.ok && checked.file);

/** One isolate and the Site objects behind it, with a clock that is moved by hand. */
function isolate() {
  const at = { ms: 1_000_000 };
  const versions: Record<string, FeedVersions> = {};
  const texts: Partial<Record<FeedKind, FeedText>> = {};
  const asked: string[] = [];
  const gate = { answer: async <T>(value: T): Promise<T> => value };
  const objectOf = (site: string) => ({
    read: async (known: number): Promise<Reading> => ({
      version: 1,
      ...(known !== 1 && { file }),
      switches: { off: false, triggers: [] },
      isFollowed: false,
      ...(versions[site] && { feeds: versions[site] }),
    }),
    feed: (kind: FeedKind) => {
      asked.push(`${site} ${kind}`);
      return gate.answer(texts[kind] ?? null);
    },
  });
  const namespace = () =>
    ({
      getByName: (name: string) => objectOf(name.slice(0, name.indexOf("/"))),
    }) as unknown as DurableObjectNamespace<SiteObject>;
  const sites = siteCache(namespace, () => at.ms);
  const lineOf = async (site: string) => (await sites.load(site))?.feeds?.line("shoe");
  return { at, versions, texts, asked, gate, sites, lineOf };
}

const stockOf = (left: number): FeedText => ({ atMs: 0, rows: JSON.stringify([{ id: "shoe", size: "42", left }]) });

test("an isolate reads a feed when it decides for somebody, again when its content is another, and nothing where there is none", async () => {
  const { at, versions, texts, asked, sites, lineOf } = isolate();
  expect(await lineOf("bare")).toBeUndefined();
  versions.shop = { stock: 1, quotes: 1 };
  texts.stock = stockOf(3);
  await sites.near("shop");
  expect(asked).toEqual([]); // the door decides nothing
  expect(await lineOf("shop")).toMatchObject({ variant: "42", stock_left: 3 });
  at.ms += 11_000;
  await lineOf("shop");
  expect(asked).toEqual(["shop stock", "shop quotes"]);
  versions.shop = { stock: 2, quotes: 1 };
  texts.stock = stockOf(2);
  at.ms += 11_000;
  expect(await lineOf("shop")).toMatchObject({ stock_left: 2 });
  expect(asked).toEqual(["shop stock", "shop quotes", "shop stock"]);
  versions.shop = { stock: 3, quotes: 1 };
  delete texts.stock;
  at.ms += 11_000;
  expect(await lineOf("shop")).toEqual({});
});

test("a feed that cannot be read stops nobody: what was held stays, with its age, and is asked for again", async () => {
  const { at, versions, texts, gate, lineOf } = isolate();
  versions.shop = { stock: 1 };
  texts.stock = stockOf(3);
  await lineOf("shop");
  versions.shop = { stock: 2 };
  texts.stock = stockOf(1);
  gate.answer = () => Promise.reject(new Error("gone"));
  at.ms += 11_000;
  expect(await lineOf("shop")).toMatchObject({ stock_left: 3, stock_at: "1970-01-01T00:00:00.000Z" });
  gate.answer = async (value) => value;
  at.ms += 11_000;
  expect(await lineOf("shop")).toMatchObject({ stock_left: 1 });
});

test("while one request reads feeds, others go on with what is there", async () => {
  const { versions, texts, asked, gate, lineOf } = isolate();
  versions.shop = { stock: 1 };
  texts.stock = stockOf(3);
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  gate.answer = async (value) => {
    await opened;
    return value;
  };
  const first = lineOf("shop");
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(await lineOf("shop")).toBeUndefined();
  open();
  expect(await first).toMatchObject({ stock_left: 3 });
  expect(await lineOf("shop")).toMatchObject({ stock_left: 3 });
  expect(asked).toHaveLength(1);
});

test("feeds of more sites than there is room for are read anew, and never more than the room is held", async () => {
  const { versions, texts, asked, lineOf } = isolate();
  const rows = JSON.stringify([{ id: "shoe", left: 1, size: "x".repeat(6_000_000) }]);
  texts.stock = { atMs: 0, rows };
  for (const site of ["a", "b", "c"]) {
    versions[site] = { stock: 1 };
    await lineOf(site);
  }
  await lineOf("c");
  await lineOf("b");
  expect(asked).toEqual(["a stock", "b stock", "c stock"]);
  await lineOf("a");
  expect(asked).toHaveLength(4);
});
