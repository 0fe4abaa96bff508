import { entry } from "./entry.ts";
import type { AddToCart, BeginCheckout, Item, Purchase, RemoveFromCart, ViewCart } from "./signals.ts";

type Changing = AddToCart | RemoveFromCart | ViewCart | BeginCheckout | Purchase;

/** What happened to the cart, by `at`, stream and `n`, to be told again in that order: what came since it was last known whole. */
export type CartChanges = Record<string, Pick<Changing, "kind" | "items" | "value" | "currency">>;

/** Every signal asks what is in the cart, and few change it. */
const known = new WeakMap<CartChanges, Cart>();
const unchanged: CartChanges = {};

const maxChanges = 16;
const tellsAll = ["view_cart", "purchase"];

/** Keeps a change, and none that an older one could still alter: so what is kept does not depend on the order of arrival. */
export function changeCart(cart: CartChanges, order: string, { kind, items, value, currency }: Changing): void {
  // A cart that was looked at and not told is as it was.
  if (!items && (kind === "view_cart" || kind === "begin_checkout")) return;
  known.delete(cart);
  // Names are long, and what a cart is worth does not depend on them.
  const lines = items?.map((item) => {
    const line = { ...item };
    delete line.name;
    return line;
  });
  const told = kind !== "purchase" && { ...(lines && { items: lines }), ...(value && { value }), ...(currency && { currency }) };
  entry(cart, order, maxChanges, { kind, ...told });
  let whole = "";
  for (const key in cart) if (key > whole && tellsAll.includes(cart[key]?.kind as string)) whole = key;
  for (const key in cart) if (key < whole) delete cart[key];
}

export interface Cart {
  /** Pieces, not lines. */
  count: number;
  /** In units of `currency`, to the hundredth, as far as prices are known. */
  value: number;
  currency: string;
  items: Item[];
}

/** The cart as it stands after these changes. */
export function cartOf(changes = unchanged): Cart {
  const had = known.get(changes);
  if (had) return had;
  let lines = new Map<string, Item & { quantity: number }>();
  let currency = "";
  for (const order of Object.keys(changes).sort()) {
    const change = changes[order] as CartChanges[string];
    const { kind, value } = change;
    const items = change.items ?? [{ id: "" }]; // something: nothing says what
    if (tellsAll.includes(kind)) lines = new Map();
    if (kind === "purchase" || (kind === "begin_checkout" && lines.size)) continue;
    currency = change.currency ?? currency;
    const all = items.reduce((sum, { quantity = 1 }) => sum + quantity, 0);
    for (const { quantity: by = 1, ...item } of items) {
      const had = lines.get(item.id);
      const quantity = Math.max(0, (had?.quantity ?? 0) + (kind === "remove_from_cart" ? -by : by));
      if (quantity) lines.set(item.id, { ...had, ...(value && all && { price: value / all }), ...item, quantity });
      else lines.delete(item.id);
    }
  }
  const items = [...lines.values()];
  const cart = {
    count: items.reduce((sum, { quantity }) => sum + quantity, 0),
    value: Math.round(100 * items.reduce((sum, { quantity, price = 0 }) => sum + quantity * price, 0)) / 100,
    currency,
    items,
  };
  known.set(changes, cart);
  return cart;
}
