import { defaultWeights, momentKinds } from "../../../contract/evidence.ts";

/** A piece of the cart, as conditions and templates see it. What the site did not tell is empty. */
export const item = {
  id: "string",
  name: "string",
  brand: "string",
  category: "string",
  price: "double",
  quantity: "double",
  margin: "string",
  url: "string",
  image_url: "string",
} as const;

/** What somebody said of a product or of the site. */
export const review = { text: "string", author: "string", rating: "double" } as const;

type Evidence = Record<string, "double">;
const evidence: Evidence = Object.fromEntries(
  momentKinds.flatMap((kind) => Object.keys(defaultWeights(kind))).map((name) => [name, "double"]),
);

/** Every fact a condition may look at, with its type. A file adds `profile`, `claimed` and `audience`. */
export const declared = {
  score: "double",
  moment: { kind: "string", band: "string", score: "double", evidence },
  page: {
    type: "string",
    key: "bool",
    dwell_s: "double",
    depth: "double",
    clicks: "int",
    elements_seen: "list<string>",
    watched: "bool",
    untouched_s: "double",
  },
  session: {
    views: "int",
    number: "int",
    duration_s: "double",
    depth: "double",
    products: "int",
    comparing: "bool",
    pages: "list<string>",
  },
  cart: {
    count: "int",
    value: "double",
    currency: "string",
    margins: "list<string>",
    categories: "list<string>",
    items: "list<Item>",
    top: { ...item, size_known: "bool", size_left: "int", size: "string", reviews: "list<Review>", replacement: item },
  },
  product: { ...item, replacement: item },
  wishlist: { items: "list<Item>" },
  site: { reviews: "list<Review>", quotes: "list<Review>" },
  checkout: { active: "bool", payment_failures: "int", failure_code: "string" },
  visitor: { number: "int", returning: "bool", new: "bool", days_since_first: "double" },
  context: {
    device: "string",
    browser: "string",
    language: "string",
    country: "string",
    city: "string",
    store_km: "double",
    hour: "int",
    weekday: "string",
    daypart: "string",
  },
  messages: { sent: "int", clicked: "int", dismissed: "int", last_sent_s: "double" },
  stage: "string",
  chat: { agents_online: "int" },
} as const;

/** Whole numbers are safe integers. */
type Of<T> = T extends "string"
  ? string
  : T extends "bool"
    ? boolean
    : T extends "int" | "double"
      ? number
      : T extends "list<string>"
        ? readonly string[]
        : T extends "list<Item>"
          ? readonly ItemFacts[]
          : T extends "list<Review>"
            ? readonly Said[]
            : { readonly [k in keyof T]: Of<T[k]> };

export type ItemFacts = Of<typeof item>;
/** What nobody told is left out: as a condition it does not hold, in a list it leaves no hole. */
export type Said = Pick<Of<typeof review>, "text"> & Partial<Of<typeof review>>;
export type Trait = string | number | boolean;

/** What the functions of conditions ask. */
interface Past {
  seen: (pageType: string) => boolean;
  sequence: (pageTypes: readonly string[]) => boolean;
  count: (kind: string, withinMs: number) => number;
  since: (kind: string) => number;
  near: (latitude: number, longitude: number, km: number) => boolean;
  sent: (message: string) => boolean;
}

/** When what a feed tells was true, by the path of the fact; nothing for what no feed tells, or not of this. */
interface Aged {
  asOf: (path: string) => number | undefined;
}

export type ConditionFacts = Of<typeof declared> &
  Past &
  Aged & { readonly profile: Readonly<Record<string, Trait>>; readonly claimed: Readonly<Record<string, Trait>> };

/** What is never and unknown far: greater than all that is known. */
export const never = 1e9;
