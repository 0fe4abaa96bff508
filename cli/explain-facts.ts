/** Facts that are true or false, as a clause, and as its opposite. */
export const clauses: Record<string, readonly [yes: string, no: string]> = {
  "page.key": ["the page is a key page", "the page is no key page"],
  "session.comparing": ["they compare products", "they do not compare products"],
  "checkout.active": ["a checkout is begun", "no checkout is begun"],
  "visitor.returning": ["they have been here before", "they have not been here before"],
  "visitor.new": ["they are new", "they are not new"],
  "cart.top.size_known": ["the size in the cart is known", "the size in the cart is not known"],
};

/** Facts that are counted: of one, and of many. */
export const counted: Record<string, readonly [one: string, many: string]> = {
  "page.clicks": ["click on the page", "clicks on the page"],
  "session.views": ["page seen in this visit", "pages seen in this visit"],
  "session.products": ["product looked at", "products looked at"],
  "cart.count": ["piece in the cart", "pieces in the cart"],
  "cart.top.size_left": ["piece left in their size", "pieces left in their size"],
  "checkout.payment_failures": ["refused payment", "refused payments"],
  "messages.sent": ["message sent to them", "messages sent to them"],
  "messages.clicked": ["message they clicked", "messages they clicked"],
  "messages.dismissed": ["message they dismissed", "messages they dismissed"],
  "chat.agents_online": ["agent online", "agents online"],
};

/** What people do, counted. */
export const deeds: Record<string, readonly [one: string, many: string]> = {
  view_item: ["look at a product", "looks at products"],
  add_to_wishlist: ["addition to the wish list", "additions to the wish list"],
  add_to_cart: ["addition to the cart", "additions to the cart"],
  remove_from_cart: ["removal from the cart", "removals from the cart"],
  view_cart: ["look at the cart", "looks at the cart"],
  begin_checkout: ["begun checkout", "begun checkouts"],
  payment_failed: ["refused payment", "refused payments"],
  coupon_refused: ["refused coupon", "refused coupons"],
  purchase: ["purchase", "purchases"],
  search: ["search", "searches"],
  form_submit: ["sent form", "sent forms"],
  offer_declined: ["declined offer", "declined offers"],
};

/** All others, as what is compared with something. */
const nouns: Record<string, string> = {
  score: "the score",
  stage: "the stage",
  "moment.kind": "the moment",
  "moment.band": "the band",
  "moment.score": "the score",
  "page.type": "the page",
  "page.dwell_s": "the time on the page",
  "page.depth": "the share of the page that was seen",
  "session.number": "the number of the visit",
  "session.duration_s": "the length of the visit",
  "session.depth": "the largest share of a page that was seen",
  "session.pages": "the pages of the visit",
  "cart.value": "the value of the cart",
  "cart.currency": "the currency",
  "cart.margins": "the margins in the cart",
  "cart.categories": "the categories in the cart",
  "cart.items": "the items in the cart",
  "checkout.failure_code": "the reason for the refused payment",
  "visitor.number": "the number of the visit",
  "visitor.days_since_first": "the number of days since the first visit",
  "context.store_km": "the distance to the nearest store in km",
  "messages.last_sent_s": "the time since the last message",
  "wishlist.items": "the items on the wish list",
  "site.reviews": "the reviews of the site",
  "site.quotes": "the quotes of the site",
};

/** What a fact is called in a sentence. */
export function nounOf(path: string): string {
  const known = nouns[path];
  if (known) return known;
  const [root = "", ...rest] = path.split(".");
  const name = rest
    .join(" ")
    .replace(/_(s|ms)$/, "")
    .replace(/_/g, " ");
  if (root === "profile") return `their ${name}`;
  if (root === "claimed") return `their ${name} (as the page says)`;
  if (path.startsWith("moment.evidence.")) return `the evidence "${name.replace(/^evidence /, "")}"`;
  if (path.includes(".replacement."))
    return `the ${rest.at(-1)} of what could replace ${root === "product" ? "the product on the page" : "the first item in the cart"}`;
  if (root === "product") return `the ${name} of the product on the page`;
  if (path.startsWith("cart.top.")) return `the ${name.replace(/^top /, "")} of the first item in the cart`;
  return `the ${name || root}`;
}

const units = [
  [86_400_000, "day"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1000, "s"],
] as const;

/** How long, in the largest unit that says it exactly. */
export function lasting(ms: number): string {
  const [size, unit] = units.find(([size]) => ms >= size && ms % size === 0) ?? [1000, "s"];
  const count = ms / size;
  // 24h is how people say a day as a delay, and "90 s" how they wrote it.
  if (unit === "day") return count === 1 ? "24 h" : `${count} days`;
  return `${count} ${unit}`;
}

export const joined = (all: readonly string[], word: "and" | "or"): string =>
  all.length < 2 ? (all[0] ?? "") : `${all.slice(0, -1).join(", ")} ${word} ${all.at(-1)}`;
