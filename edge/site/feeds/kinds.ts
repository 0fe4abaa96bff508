/** Data of the site's with an age, pushed beside the site file. `id` of a row is what pages tell as the id of the product. */
export const feedKinds = ["products", "stock", "reviews", "quotes"] as const;
export type FeedKind = (typeof feedKinds)[number];

export interface Product {
  id: string;
  name: string;
  brand?: string;
  category?: string;
  price?: number;
  url?: string;
  image_url?: string;
  margin?: "low" | "medium" | "high";
  /** Pieces, of all sizes. */
  stock?: number;
  /** Those that are in stock. */
  sizes?: string[];
}

export interface Stock {
  id: string;
  size?: string;
  left: number;
}

/** Of a product, or without one of the site. */
export interface Review {
  product?: string;
  text: string;
  rating?: number;
  author?: string;
}

export interface Quote {
  text: string;
  author?: string;
}

export interface Rows {
  products: Product[];
  stock: Stock[];
  reviews: Review[];
  quotes: Quote[];
}

/** What stands of a feed, without its rows. Instants are epoch ms. */
export type FeedLine = {
  kind: FeedKind;
  rows: number;
  bytes: number;
  /** When it was true. */
  at: number;
  pushed_at: number;
  who: string;
  age_s: number;
};

/** Of each feed that a site has or had, the number of its present content: what is taken away gets another one too. */
export type FeedVersions = Partial<Record<FeedKind, number>>;

/** One feed as isolates read it. `rows` is JSON. */
export type FeedText = { atMs: number; rows: string };

/** How many agents of the site's chat are there, as its server said, and until when that holds. */
export type Agents = { online: number; untilMs: number };

/** What the server says of its agents holds for so long. */
export const agentsMs = 60_000;
