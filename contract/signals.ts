/** What one signal may say. `n` counts 1, 2, 3… within a stream; `at` is client epoch ms; `page` names one page view. */
interface Base {
  n: number;
  at: number;
  page: string;
}

export type Device = "phone" | "tablet" | "desktop";

/**
 * A page was shown. `landing`: how the visit began, told before click ids are stripped. `again`: seen in the last 7 days.
 * `message`: the visitor followed a link of ours (`cusp_m`) to it.
 */
export interface PageView extends Base {
  kind: "page_view";
  url: string;
  device: Device;
  landing?: "paid" | "email";
  again?: true;
  message?: string;
}

/** The visitor moved the page to `depth` (0–1 of the document's height), or, with `fits`, the page fits one screen. */
export interface ScrollDepth extends Base {
  kind: "scroll_depth";
  depth: number;
  fits?: true;
}

/** The visitor rushed down the page: `speed` in viewports per second, to `depth` (0–1). */
export interface RapidScroll extends Base {
  kind: "rapid_scroll";
  speed: number;
  depth: number;
}

/** Engaged (visible and focused) time on this page so far. `left`: the visitor has gone from it. */
export interface Dwell extends Base {
  kind: "dwell";
  engaged_ms: number;
  left?: true;
}

/** The page is visible and nothing was touched for `idle_ms`. */
export interface Idle extends Base {
  kind: "idle";
  idle_ms: number;
}

/**
 * The visitor turned to leave: the pointer went out over the top edge or, on touch devices, `by` a fast scroll up or a return
 * from another app. `quality` 0–1, `speed` in px/ms, `quiet_ms` since the last click, scroll or key.
 */
export interface ExitIntent extends Base {
  kind: "exit_intent";
  quality: number;
  speed: number;
  quiet_ms: number;
  by?: "scroll" | "return";
}

/** The visitor came back to this page `away_ms` after leaving it for another. */
export interface QuickBack extends Base {
  kind: "quick_back";
  away_ms: number;
}

/** A click, by the name of what was clicked; never its text. */
export interface Click extends Base {
  kind: "click";
  target: string;
}

/** `clicks` quick clicks on one spot. */
export interface RageClick extends Base {
  kind: "rage_click";
  target: string;
  clicks: number;
}

/** A click after which nothing changed. */
export interface DeadClick extends Base {
  kind: "dead_click";
  target: string;
}

/** First focus in a form. `fields`: how many could be filled. */
export interface FormStart extends Base {
  kind: "form_start";
  form: string;
  fields: number;
}

/** One more field of a form was filled. `field` only when its name is plainly a name. */
export interface FormProgress extends Base {
  kind: "form_progress";
  form: string;
  fields: number;
  filled: number;
  field?: string;
}

/** A form was sent, or, with `failed`, the browser or the site refused it. */
export interface FormSubmit extends Base {
  kind: "form_submit";
  form: string;
  failed?: true;
}

/** The page was left with a form begun and not sent. `lead`: it asks how to reach the visitor. */
export interface FormAbandon extends Base {
  kind: "form_abandon";
  form: string;
  fields: number;
  filled: number;
  engaged_ms: number;
  last_field?: string;
  lead?: true;
}

/** `share` (0–1) of a video was watched. `demo`: it shows the product at work. `again`: it had been watched to the end before. */
export interface VideoProgress extends Base {
  kind: "video_progress";
  video: string;
  share: number;
  demo?: true;
  again?: true;
}

/** A video stood in view for `in_view_ms` and was not played. */
export interface VideoUnplayed extends Base {
  kind: "video_unplayed";
  video: string;
  in_view_ms: number;
}

/** What the site marked `data-cusp-seen` stood in view for `seen_ms`. */
export interface ElementSeen extends Base {
  kind: "element_seen";
  name: string;
  seen_ms: number;
}

/** What a search asks for; the words themselves stay in the page unless the site opts in. */
export type QueryClass = "help" | "compare" | "product" | "other";

/** A search within the site. `price_limit`: the query names a price. `results`: how many were found, when that is known. */
export interface Search extends Base {
  kind: "search";
  query_class: QueryClass;
  price_limit?: true;
  results?: number;
  /** Masked; only when the site opted in. */
  query?: string;
}

/** `products` different ones were looked at in this session. `back_and_forth`: one of them again after another. */
export interface Comparison extends Base {
  kind: "comparison";
  products: number;
  back_and_forth?: true;
}

/** One product, in the words of GA4. `price` in units of the currency. */
export interface Item {
  id: string;
  name?: string;
  category?: string;
  /** The size or colour that was chosen. */
  variant?: string;
  price?: number;
  quantity?: number;
  /** How much the site earns by it; only the site can tell. */
  margin?: "low" | "medium" | "high";
}

interface Commerce extends Base {
  items?: Item[];
  /** Of all items together, in units of `currency`. */
  value?: number;
  /** ISO 4217. */
  currency?: string;
}

export interface ViewItem extends Commerce {
  kind: "view_item";
}

export interface AddToWishlist extends Commerce {
  kind: "add_to_wishlist";
}

/** `items` came into the cart. */
export interface AddToCart extends Commerce {
  kind: "add_to_cart";
}

/** `items` were taken out of the cart. */
export interface RemoveFromCart extends Commerce {
  kind: "remove_from_cart";
}

/** The cart as it stands: `items` are all that is in it. */
export interface ViewCart extends Commerce {
  kind: "view_cart";
}

export interface BeginCheckout extends Commerce {
  kind: "begin_checkout";
}

/** A payment was refused. `code`: the site's word for why. */
export interface PaymentFailed extends Base {
  kind: "payment_failed";
  code?: string;
}

export interface CouponRefused extends Base {
  kind: "coupon_refused";
}

/** "No thanks": the visitor declined what was offered. */
export interface OfferDeclined extends Base {
  kind: "offer_declined";
}

/** `order`: a hash of the order's number, so that telling of it twice counts once. */
export interface Purchase extends Commerce {
  kind: "purchase";
  order?: string;
}

/** How fast the page was: the vitals known by now, in ms; `cls` has no unit. */
export interface WebVitals extends Base {
  kind: "web_vitals";
  lcp_ms?: number;
  inp_ms?: number;
  cls?: number;
}

export type Properties = Record<string, string | number | boolean>;

/** A message that the edge offered stands on the page. `message`: its id. */
export interface MessageShown extends Base {
  kind: "message_shown";
  message: string;
}

/** The visitor did what such a message asks for. */
export interface MessageClicked extends Base {
  kind: "message_clicked";
  message: string;
}

/** The visitor sent such a message away. */
export interface MessageDismissed extends Base {
  kind: "message_dismissed";
  message: string;
}

/**
 * An address that the visitor left with the site, told by a page: a claim that nobody vouches for. Written to only where the site
 * file says `identity.claimed_addresses`; else it is not kept. `opt_in`: with leave to send marketing.
 */
export interface Contact extends Base {
  kind: "contact";
  email?: string;
  phone?: string;
  opt_in?: true;
}

/** What the page says of its visitor: claims. */
export interface Identify extends Base {
  kind: "identify";
  traits: Properties;
}

/** Something of the site's own, by `track(name, properties)`. */
export interface Custom extends Base {
  kind: "custom";
  name: string;
  properties?: Properties;
}

export type Signal =
  | PageView
  | ScrollDepth
  | RapidScroll
  | Dwell
  | Idle
  | ExitIntent
  | QuickBack
  | Click
  | RageClick
  | DeadClick
  | FormStart
  | FormProgress
  | FormSubmit
  | FormAbandon
  | VideoProgress
  | VideoUnplayed
  | ElementSeen
  | Search
  | Comparison
  | ViewItem
  | AddToWishlist
  | AddToCart
  | RemoveFromCart
  | ViewCart
  | BeginCheckout
  | PaymentFailed
  | CouponRefused
  | OfferDeclined
  | Purchase
  | WebVitals
  | MessageShown
  | MessageClicked
  | MessageDismissed
  | Contact
  | Identify
  | Custom;
export type SignalKind = Signal["kind"];

/** A signal before it has its place in a stream: what a detector emits. */
export type Observed = Signal extends infer S ? (S extends Signal ? Omit<S, "n" | "at" | "page"> : never) : never;
