import { type ShopVisitor, shopVisitor } from "../../edge/test/shop-visitor.ts";

/** On a phone from pricing over ten products to the cart, where two things lie; two visits, a past, a place. */
export function visitor(): ShopVisitor {
  const shoe = { id: "shoe", category: "shoes", price: 80, margin: "high" } as const;
  const sock = { id: "sock", category: "socks", price: 5, quantity: 2, margin: "low" } as const;
  const one = shopVisitor()
    .opens("pricing")
    .does({ kind: "purchase", order: "0123456789abcdef" })
    .waits(3 * 86_400_000)
    .visits();
  one.opens("pricing", "phone").does({ kind: "dwell", engaged_ms: 20_000 }, { language: "fr-FR", time_zone: "Europe/Paris" });
  for (let i = 0; i < 10; i++) one.opens(`product/${i}`, "phone").does({ kind: "scroll_depth", depth: 0.7 });
  one.opens("cart", "phone");
  one.does({ kind: "add_to_cart", currency: "EUR", items: [shoe] }).does({ kind: "add_to_cart", currency: "EUR", items: [sock] });
  one.does({ kind: "identify", traits: { loyalty_tier: "gold" } }).does({ kind: "dwell", engaged_ms: 30_000 });
  one.profile.place = { country: "FR", city: "Paris", lat: 48.85, lon: 2.35 };
  return one;
}

export const moment = {
  kind: "exit" as const,
  evidence: [
    { name: "exit", value: 0.9, weight: 0.35, adds: 0.31 },
    { name: "cart", value: 90, weight: 0.35, adds: 0.35 },
  ],
};
