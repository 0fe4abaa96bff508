import { oneLine } from "../../content/one-line.ts";
import type { FeedKind } from "./kinds.ts";

/** A value that a field cannot have; says what it must be. */
export class Wrong extends Error {
  override name = "Wrong";
}

interface Field {
  of: (value: unknown) => unknown;
  needed?: true;
}
export type FeedFields = Readonly<Record<string, Field>>;

const text =
  (maxChars: number) =>
  (value: unknown): string => {
    if (typeof value !== "string" && typeof value !== "number") throw new Wrong("must be a text");
    const plain = oneLine(String(value));
    if (plain.length > maxChars) throw new Wrong(`has ${plain.length} characters, and may have ${maxChars}: shorten it`);
    return plain;
  };

const within =
  (least: number, most: number, pattern: RegExp, remedy: string) =>
  (value: unknown): number => {
    const number = typeof value === "string" && pattern.test(value.trim()) ? Number(value) : value;
    if (typeof number !== "number" || !(number >= least && number <= most) || !pattern.test(String(number)))
      throw new Wrong(remedy);
    return number;
  };

const pieces = within(0, 1e9, /^\d{1,10}$/, "must be a whole number of pieces, 0 or more, like 3");
const money = within(0, 1e9, /^\d{1,10}(\.\d+)?$/, "must be a number with a point, like 99.90: no currency, no other signs");
const stars = within(0, 5, /^\d(\.\d+)?$/, "must be a number from 0 to 5, like 4.5");

function margin(value: unknown): unknown {
  if (value !== "low" && value !== "medium" && value !== "high") throw new Wrong("must be low, medium or high");
  return value;
}

const size = text(40);

function sizes(value: unknown): string[] {
  const all = typeof value === "string" ? value.split("|") : value;
  if (!Array.isArray(all) || all.length > 100)
    throw new Wrong("must be up to 100 sizes, in a table with | between them, like 41|42");
  return all.map(size).filter((one) => one);
}

/** Of one of the site's own pages; @param origins where those are, where that is known */
function address(origins: readonly string[] | undefined, what: string) {
  return (value: unknown): string => {
    const written = typeof value === "string" ? oneLine(value) : "";
    const url = URL.canParse(written) && !/[\s\\]/.test(written) ? new URL(written) : undefined;
    const isOurs = url && (origins ? origins.includes(url.origin) : url.protocol === "https:" || url.protocol === "http:");
    if (!url || !isOurs || url.username || url.password) throw new Wrong(`must be ${what}`);
    if (url.href.length > 500) throw new Wrong("is longer than 500 characters: shorten it");
    return url.href;
  };
}

function image(value: unknown): string {
  const href = address(undefined, "the whole address of an image, like https://shop.example/i/9.jpg")(value);
  if (!href.startsWith("https:")) throw new Wrong("must begin with https://: mail shows no other images");
  return href;
}

/** The fields of a kind of feed. */
export function fieldsOf(kind: FeedKind, origins?: readonly string[]): FeedFields {
  const where = origins
    ? `an address of the site's own, on ${origins.join(" or ")}`
    : "the whole address of a page, like https://shop.example/p/9";
  const all: Record<FeedKind, FeedFields> = {
    products: {
      id: { of: text(100), needed: true },
      name: { of: text(200), needed: true },
      brand: { of: text(100) },
      category: { of: text(100) },
      price: { of: money },
      url: { of: address(origins, where) },
      image_url: { of: image },
      margin: { of: margin },
      stock: { of: pieces },
      sizes: { of: sizes },
    },
    stock: { id: { of: text(100), needed: true }, size: { of: size }, left: { of: pieces, needed: true } },
    reviews: {
      product: { of: text(100) },
      text: { of: text(500), needed: true },
      rating: { of: stars },
      author: { of: text(80) },
    },
    quotes: { text: { of: text(500), needed: true }, author: { of: text(80) } },
  };
  return all[kind];
}
