import type { Profile } from "./state.ts";

const maxOrders = 20;

/** An order that a page or the site's server told of before. */
export const isToldOrder = ({ orders = {}, sessions }: Pick<Profile, "orders" | "sessions">, order: string): boolean =>
  Object.hasOwn(orders, order) || Object.values(sessions).some(({ features }) => Object.hasOwn(features.orders ?? {}, order));

export const withOrder = ({ orders = {} }: Pick<Profile, "orders">, order: string, atMs: number): Record<string, number> =>
  latest({ ...orders, [order]: atMs });

/** The orders of one person by two names, and the past of the second without the purchases that the first was told of too. */
export function joinedOrders(user: Profile, from: Profile): Pick<Profile, "orders" | "history"> {
  const purchase = [...(from.history?.purchase ?? [])];
  for (const [order, atMs] of Object.entries(from.orders ?? {})) {
    const at = isToldOrder(user, order) ? purchase.indexOf(atMs) : -1;
    if (at >= 0) purchase.splice(at, 1);
  }
  const orders = latest({ ...from.orders, ...user.orders });
  return {
    history: from.history && { ...from.history, purchase },
    ...(Object.keys(orders).length && { orders }),
  };
}

const latest = (orders: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(orders)
      .sort(([, a], [, b]) => a - b)
      .slice(-maxOrders),
  );
