import { describe, expect, test } from "vitest";
import { browserOf, placeOf } from "../ingest/place.ts";
import { type ShopVisitor, shopVisitor } from "../test/shop-visitor.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const shoe = { id: "shoe", name: "Trail 5", category: "shoes", price: 80, quantity: 1, margin: "high" } as const;
const sock = { id: "sock", category: "socks", price: 5, quantity: 2 } as const;

/** Each of these holds of this visitor, and none of them of somebody else. */
function expectAll(visitor: ShopVisitor, holding: string[]): void {
  expect(holding.filter((when) => !visitor.holds(when))).toEqual([]);
}

test("a moment tells its kind, band, score and how much each piece of evidence adds", () => {
  const visitor = shopVisitor().opens("pricing");
  const moment = {
    kind: "exit",
    band: "later",
    score: 5.2,
    evidence: [{ name: "exit", value: 0.9, weight: 0.35, adds: 0.315 }],
  } as const;
  for (const when of [
    'moment.kind == "exit"',
    'moment.band == "later"',
    "score == 5.2 && moment.score == score",
    "moment.evidence.exit > 0.3",
    "moment.evidence.no_click == 0.0",
  ])
    expect(visitor.holds(when, { ...moment, evidence: [...moment.evidence] }), when).toBe(true);
});

test("a page tells its type, whether it is a key page, and what was done on it", () => {
  const visitor = shopVisitor()
    .opens("pricing")
    .does({ kind: "dwell", engaged_ms: 21_000 })
    .does({ kind: "scroll_depth", depth: 0.4 })
    .does({ kind: "click", target: "plan" });
  expectAll(visitor, ['page.type == "pricing"', "page.key", "page.dwell_s == 21.0", "page.depth == 0.4", "page.clicks == 1"]);
  expect(visitor.opens("elsewhere").holds('page.type == "other" && !page.key && page.clicks == 0')).toBe(true);
});

test("a page tells which marked parts were seen, whether a video was, and how long nothing was touched before a turn to leave", () => {
  const visitor = shopVisitor().opens("product");
  const none = 'page.elements_seen == [] && !("reviews" in page.elements_seen) && !page.watched && page.untouched_s == 0.0';
  expectAll(visitor, [none]);
  visitor
    .does({ kind: "element_seen", name: "reviews", seen_ms: 3000 })
    .does({ kind: "video_progress", video: "tour", share: 0.5 })
    .does({ kind: "exit_intent", quality: 1, speed: 1, quiet_ms: 15_500 });
  expectAll(visitor, [
    '"reviews" in page.elements_seen',
    '!("size-chart" in page.elements_seen)',
    "!page.watched",
    "page.untouched_s == 15.5",
  ]);
  expectAll(visitor.does({ kind: "video_progress", video: "tour", share: 0.8 }), ["page.watched"]);
  expectAll(visitor.opens("product/other"), [none]);
});

test("a session tells its pages in order, its depth, its length and what was compared", () => {
  const visitor = shopVisitor().opens("product/a").does({ kind: "scroll_depth", depth: 0.9 }).opens("product/b").opens("cart");
  expectAll(visitor, [
    'session.pages == ["product", "product", "cart"]',
    '"cart" in session.pages',
    "session.views == 3",
    "session.number == 1",
    "session.depth == 0.9",
    "session.duration_s == 3.0",
    "session.products == 2",
    "session.comparing",
  ]);
});

test("a cart tells its pieces, value, margins and categories, and its dearest item", () => {
  const visitor = shopVisitor()
    .opens("cart")
    .does({ kind: "view_cart", items: [sock, shoe], currency: "EUR" });
  expectAll(visitor, [
    "cart.count == 3",
    "cart.value == 90.0",
    'cart.currency == "EUR"',
    '"high" in cart.margins && size(cart.margins) == 1',
    '"shoes" in cart.categories && "socks" in cart.categories',
    'cart.items[0].id == "sock" && cart.items[0].quantity == 2.0 && cart.items[0].margin == ""',
    'cart.top.name == "Trail 5" && cart.top.id == "shoe" && cart.top.price == 80.0 && cart.top.category == "shoes"',
    "!cart.top.size_known && cart.top.size_left == 0",
  ]);
  expectAll(shopVisitor().opens("cart"), ["cart.count == 0", "cart.value == 0.0", 'cart.top.id == ""', "cart.items == []"]);
});

test("a checkout tells that it is under way and how payments failed", () => {
  const visitor = shopVisitor()
    .opens("checkout")
    .does({ kind: "begin_checkout" })
    .does({ kind: "payment_failed", code: "declined" });
  expectAll(visitor, ["checkout.active", "checkout.payment_failures == 1", 'checkout.failure_code == "declined"']);
  expect(visitor.does({ kind: "purchase", order: "0123456789abcdef" }).holds("!checkout.active")).toBe(true);
});

describe("traits", () => {
  test("have their defaults while nothing is told", () => {
    const visitor = shopVisitor().opens("pricing");
    for (const whose of ["profile", "claimed"])
      expectAll(visitor, [
        `${whose}.loyalty_tier == "none"`,
        `${whose}.loyalty_tier != "gold"`,
        `${whose}.open_tickets == 0 && ${whose}.spent == 0.0 && !${whose}.member`,
      ]);
  });

  test("that a browser tells are claimed, never known", () => {
    const traits = { loyalty_tier: "gold", open_tickets: 2, spent: 10.5, member: true, undeclared: "x" };
    const visitor = shopVisitor().opens("pricing").does({ kind: "identify", traits });
    expectAll(visitor, [
      'claimed.loyalty_tier == "gold" && profile.loyalty_tier == "none"',
      "claimed.open_tickets == 2 && claimed.spent == 10.5 && claimed.member",
    ]);
    expect(visitor.profile.traits?.claimed).not.toHaveProperty("undeclared");
  });

  test("that the site's server told are known", () => {
    const visitor = shopVisitor().opens("pricing");
    visitor.profile.traits = { known: { loyalty_tier: "gold" } };
    expectAll(visitor, ['profile.loyalty_tier == "gold"', 'claimed.loyalty_tier == "none"']);
  });

  test("of another type than declared count as absent", () => {
    const traits = { loyalty_tier: 7, open_tickets: "many", spent: "much", member: "yes" };
    const visitor = shopVisitor().opens("pricing").does({ kind: "identify", traits });
    expectAll(visitor, [
      'claimed.loyalty_tier == "none"',
      "claimed.open_tickets == 0 && claimed.spent == 0.0 && !claimed.member",
    ]);
  });
});

test("a visitor is new at first and returns after", () => {
  const visitor = shopVisitor().opens("pricing");
  expectAll(visitor, ["visitor.new && !visitor.returning", "visitor.number == 1", "visitor.days_since_first < 1.0"]);
  visitor
    .waits(2 * day)
    .visits()
    .opens("pricing");
  expectAll(visitor, ["!visitor.new && visitor.returning", "visitor.number == 2", "visitor.days_since_first > 2.0"]);
});

describe("context", () => {
  test("tells device and language", () => {
    const visitor = shopVisitor().opens("pricing", "phone").does({ kind: "idle", idle_ms: 1 }, { language: "en-GB" });
    expectAll(visitor, ['context.device == "phone"', 'context.language.startsWith("en")', 'context.browser == "other"']);
  });

  test.each([
    ["the site's time zone while the person's is unknown", undefined, "context.hour == 13"],
    ["the person's own time zone", "America/New_York", "context.hour == 7"],
    ["the site's time zone where the person's does not exist", "Mars/Olympus", "context.hour == 13"],
  ])("tells the hour in %s", (_, zone, when) => {
    const visitor = shopVisitor().opens("pricing");
    visitor.does({ kind: "idle", idle_ms: 1 }, zone ? { time_zone: zone } : {});
    expect(visitor.holds(when)).toBe(true);
  });

  test("tells time zone and language as the site's server told them, before what the browser says", () => {
    const visitor = shopVisitor().opens("pricing");
    visitor.does({ kind: "idle", idle_ms: 1 }, { time_zone: "America/New_York", language: "en-US" });
    visitor.profile.told = { time_zone: "Asia/Tokyo", language: "ja" };
    expectAll(visitor, ["context.hour == 21", 'context.language == "ja"']);
  });

  test("tells the weekday and the part of the day", () => {
    const visitor = shopVisitor().opens("pricing");
    expectAll(visitor, ['context.weekday == "wed" && context.daypart == "afternoon"']);
    expect(visitor.waits(6 * hour).holds('context.daypart == "evening"')).toBe(true);
    expect(visitor.waits(6 * hour).holds('context.daypart == "night" && context.weekday == "thu" && context.hour == 1')).toBe(
      true,
    );
    expect(visitor.waits(6 * hour).holds('context.daypart == "morning"')).toBe(true);
  });

  test("tells the place, how far the nearest store is, and what is near", () => {
    const visitor = shopVisitor().opens("pricing");
    expectAll(visitor, [
      'context.country == "" && context.city == ""',
      "context.store_km > 1000000.0",
      "!near(48.86, 2.34, 20000)",
    ]);
    visitor.profile.place = { country: "FR", city: "Paris", lat: 48.85, lon: 2.35 };
    expectAll(visitor, [
      'context.country == "FR" && context.city == "Paris"',
      "context.store_km > 1.0 && context.store_km < 2.0",
      "near(48.86, 2.34, 2)",
      "!near(48.86, 2.34, 1)",
      "near(45.76, 4.84, 400) && !near(45.76, 4.84, 380)",
      "audience.parisians",
    ]);
  });
});

describe("place", () => {
  test("comes from the network, to about a kilometre", () => {
    const cf = { country: "FR", city: "Paris", latitude: "48.85341", longitude: "2.3488" };
    expect(placeOf({ cf })).toEqual({ country: "FR", city: "Paris", lat: 48.85, lon: 2.35 });
    expect(placeOf({ cf: { country: "T1" } })).toBeUndefined();
    expect(placeOf({ cf: { country: "FR" } })).toEqual({ country: "FR", city: "" });
    expect(placeOf({})).toBeUndefined();
  });

  const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
  test.each([
    ["chrome", `Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/140.0.0.0 Safari/537.36`],
    [
      "chrome",
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 CriOS/140.0 Mobile/15E148 Safari/604.1",
    ],
    [
      "safari",
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
    ],
    ["firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"],
    ["edge", `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`],
    ["samsung", `Mozilla/5.0 (Linux; Android 10; K) ${webkit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`],
    ["other", `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/140.0.0.0 Safari/537.36 OPR/120.0.0.0`],
    ["other", "curl/8.5.0"],
  ])("a browser is %s", (family, userAgent) => {
    expect(browserOf(userAgent)).toBe(family);
  });
});

test("messages tell how many were sent, and what the person did with them", () => {
  const visitor = shopVisitor().opens("pricing");
  expectAll(visitor, ["messages.sent == 0 && messages.last_sent_s > 1000000.0", '!sent("cart-proof")']);
  const atMs = Date.UTC(2026, 0, 14, 11);
  const more = { purpose: "marketing", session: "session-0" } as const;
  visitor.profile.sent = [
    { ...more, seq: 1, message: "hint", channel: "onsite", atMs: atMs - hour, outcome: "dismissed" },
    { ...more, seq: 2, message: "cart-proof", channel: "email", atMs, outcome: "clicked" },
  ];
  expectAll(visitor, [
    "messages.sent == 2 && messages.clicked == 1 && messages.dismissed == 1",
    "messages.last_sent_s > 3599.0 && messages.last_sent_s < 3700.0",
    'sent("cart-proof")',
  ]);
});

test("a person goes from awareness to ownership, and back to conversion with the next cart", () => {
  const visitor = shopVisitor().opens("home");
  const stage = () => visitor.facts().stage;
  expect(stage()).toBe("awareness");
  visitor.opens("pricing");
  expect(stage()).toBe("consideration");
  visitor.opens("cart").does({ kind: "add_to_cart", items: [shoe] });
  expect(stage()).toBe("conversion");
  visitor.does({ kind: "purchase" });
  expect(stage()).toBe("ownership");
  visitor.waits(day).visits().opens("home");
  expect(stage()).toBe("ownership");
  visitor.does({ kind: "add_to_cart", items: [shoe] });
  expect(stage()).toBe("conversion");
});

test("nobody answers a chat until the site says so", () => {
  expect(shopVisitor().opens("home").holds("chat.agents_online == 0")).toBe(true);
});

test("`seen` is of this session, `sequence` lets other pages lie between", () => {
  const visitor = shopVisitor().opens("product/a").opens("returns").opens("cart");
  expectAll(visitor, ['seen("product")', '!seen("pricing")', 'sequence(["product", "cart"])', '!sequence(["cart", "product"])']);
  expect(visitor.visits().opens("pricing").holds('seen("product")')).toBe(false);
});

describe("the past", () => {
  test("is counted within a time, across sessions", () => {
    const visitor = shopVisitor()
      .opens("cart")
      .does({ kind: "add_to_cart", items: [sock] });
    visitor
      .waits(23 * hour)
      .visits()
      .opens("cart")
      .does({ kind: "add_to_cart", items: [shoe] });
    expectAll(visitor, ['count("add_to_cart", "24h") == 2', 'count("add_to_cart", "1h") == 1', 'count("search", "24h") == 0']);
    expect(visitor.waits(2 * hour).holds('count("add_to_cart", "24h") == 1')).toBe(true);
  });

  test("tells how long ago something was, or never", () => {
    const visitor = shopVisitor().opens("cart");
    expect(visitor.holds('since("purchase") > 999999999.0')).toBe(true);
    expect(visitor.does({ kind: "purchase" }).waits(90_000).holds('since("purchase") == 90.0')).toBe(true);
  });

  test("counts an order once, however often its page is shown", () => {
    const visitor = shopVisitor().opens("thanks");
    for (let i = 0; i < 3; i++) visitor.does({ kind: "purchase", order: "0123456789abcdef" });
    expect(visitor.does({ kind: "purchase", order: "fedcba9876543210" }).holds('count("purchase", "1d") == 2')).toBe(true);
  });

  test("knows the site's own signals by their names", () => {
    const visitor = shopVisitor().opens("home").does({ kind: "custom", name: "quiz" });
    expectAll(visitor, ['count("custom:quiz", "1d") == 1', 'count("custom:other", "1d") == 0', 'since("custom:quiz") < 1.0']);
  });

  test("is told by the edge's clock, whatever the browser's says", () => {
    const visitor = shopVisitor()
      .opens("cart")
      .does({ kind: "search", query_class: "help" }, {}, 5 * hour);
    expectAll(visitor.waits(minute), ['since("search") == 60.0', 'count("search", "2m") == 1']);
  });
});
