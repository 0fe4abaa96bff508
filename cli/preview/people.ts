import { readFileSync } from "node:fs";
import * as z from "zod";
import type { SiteFile } from "../../edge/site/schema/site-file.ts";
import { plain } from "../plain.ts";
import { Stop } from "../stop.ts";

const product = z.strictObject({
  id: z.string().max(100),
  name: z.string().max(500).optional(),
  price: z.number().optional(),
  quantity: z.int().min(1).max(99).default(1),
  url: z.string().max(1000).optional(),
  image_url: z.string().max(1000).optional(),
});

/** Somebody to whom a message is shown before it is sent to anybody. */
const person = z.strictObject({
  about: z.string().max(100).default("the person of the file"),
  language: z.string().max(35).default("en"),
  time_zone: z.string().max(60).optional(),
  traits: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  cart: z.array(product).max(20).default([]),
  /** The path of the page on which they are. */
  page: z.string().startsWith("/").max(200).default("/"),
});

export type SamplePerson = z.infer<typeof person> & { name: string };

export const hostileText =
  "\"><img src=x onerror=alert(1)></td><script>alert(2)</script>'{{ 7 | times: 7 }}{% raw %}*|FNAME|*\u202e\r\nBcc: x@evil.example";

/** By the name after `--person`: somebody new, somebody loyal, and somebody who means harm. */
export function samplePeople(file: SiteFile): SamplePerson[] {
  const [origin = ""] = file.origins;
  const path = (type: string) => file.pages[type]?.match[0]?.replace(/\*.*$/, "") || `/${type}`;
  const cart = [
    { id: "sku-1", name: "Trail shoe", price: 99.9, quantity: 1, url: `${origin}${path("product")}/trail-shoe` },
    { id: "sku-2", name: "Merino socks, two pairs", price: 14.95, quantity: 2, url: `${origin}${path("product")}/merino-socks` },
  ].map((item) => ({ ...item, image_url: `${origin}${samplePicture}${item.id}.jpg` }));
  const bad = { id: "sku-1", name: hostileText, price: 1, quantity: 1, url: `javascript:alert(3)//${origin}` };
  return [
    { ...person.parse({ about: "somebody new, of whom nothing is known" }), name: "newcomer" },
    {
      ...person.parse({ about: "a loyal customer with a cart", traits: traitsFor(file), cart, page: path("cart") }),
      name: "gold",
    },
    {
      ...person.parse({ about: "somebody who means harm", traits: hostileTraits(file), page: path("cart") }),
      ...{ name: "hostile", cart: [{ ...bad, image_url: bad.url }] },
    },
  ];
}

/** A picture that stands for those of a shop: in a preview it needs no network. */
export const samplePicture = "/cusp-preview/";

/** Values that the conditions of the file ask for, and else the names of the traits. */
function traitsFor(file: SiteFile): Record<string, string | number | boolean> {
  const asked = JSON.stringify(file);
  return Object.fromEntries(
    Object.entries(file.traits).map(([name, { type }]) => {
      const [, sign = "", , text, number] =
        new RegExp(`profile\\.${name}\\s*(==|>=|>)\\s*(\\\\"(.*?)\\\\"|([\\d.]+))`).exec(asked) ?? [];
      if (type === "bool") return [name, true];
      if (type === "string") return [name, text ?? name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase())];
      return [name, Number(number ?? 3) + (sign === ">" ? 1 : 0)];
    }),
  );
}

const hostileTraits = (file: SiteFile) =>
  Object.fromEntries(
    Object.entries(file.traits).map(([name, { type }]) => [
      name,
      type === "bool" ? true : type === "string" ? hostileText : 2 ** 31,
    ]),
  );

/** All sample people, or the one that is asked for: by name, or in a file. */
export function peopleFor(file: SiteFile, asked: string | undefined): SamplePerson[] {
  const all = samplePeople(file);
  if (asked === undefined) return all;
  const known = all.find(({ name }) => name === asked);
  if (known) return [known];
  if (!asked.endsWith(".json"))
    throw new Stop(
      `there is no person \`${plain(asked)}\`: there are ${all.map(({ name }) => name).join(", ")}, or a .json file`,
      2,
    );
  let source: unknown;
  try {
    source = JSON.parse(readFileSync(asked, "utf8"));
  } catch {
    throw new Stop(`${asked} cannot be read, or is not JSON`, 2);
  }
  const read = person.safeParse(source);
  if (read.success) return [{ ...read.data, name: asked.replace(/^.*\/|\.json$/g, "") }];
  const [issue] = read.error.issues;
  throw new Stop(`${asked}: ${issue?.path.join(".") ?? ""} ${issue?.message}`);
}
