import type { Adapter, Call, Parcel } from "../adapter.ts";
import type { StandIn } from "./request.ts";

type Message = Parcel["message"];

const decidedAtMs = Date.UTC(2026, 10, 22, 19, 0, 20, 43);

/** A cart message to a known user, by e-mail. */
export const messageOf = (of: Partial<Message["person"]> = {}, send: Partial<Message["send"]> = {}): Message => ({
  message_id: "msg_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8_1795374001",
  site: "pk_demo",
  live: true,
  person: { id: "u-42", identity: "verified", email: "someone@shop.example", traits: { loyalty_tier: "gold" }, ...of },
  send: { channel: "email", purpose: "service", expires_at: "2026-11-22T19:15:20.000Z", ...send },
  why: {
    text: "A visitor moved to leave the cart page: 104 EUR in the cart. Score 8.7.",
    trigger: "cart-exit",
    journey: "cart-recovery",
    step: "hint",
    layer: "immediate",
    class: "contextual",
    moment: { id: "mom_p3_exit", kind: "exit", score: 8.7, band: "now", at: "2026-11-22T19:00:20.000Z", page: "cart" },
  },
  content: {
    mode: "event",
    template: "cart-reminder",
    subject: "Still thinking?",
    blocks: [{ id: "hook", text: "Only 3 left." }],
    html: null,
    text: null,
    action: { label: "Back to the cart", url: "https://shop.example/cart?cusp_m=msg_1" },
  },
  cart: { value: 104, currency: "EUR", items: [{ id: "sku-1", name: "Trail shoe", price: 104, quantity: 1 }] },
  correlation: { journey_run: "run_1", session: "s-1", config_version: 3 },
});

export const parcelOf = (secret: string, { settings, ...of }: Partial<Parcel> = {}, adapter?: Adapter): Parcel => ({
  message: messageOf(),
  uuid: "cf597105-2fda-5ed6-a21a-84134bc37fa6",
  decidedAtMs,
  secret,
  subscriptions: [],
  nowMs: decidedAtMs + 300,
  ...of,
  settings: {
    ...Object.fromEntries(
      Object.entries(adapter?.settings ?? {}).map(([name, setting]) => [name, setting.default ?? setting.like]),
    ),
    ...settings,
  },
});

/** A call that ends at a stand-in, and what was sent by it. */
export function calling(standIn: StandIn) {
  const requests: Parameters<Call>[0][] = [];
  const call: Call = async (request) => {
    requests.push(request);
    return standIn(request);
  };
  return { call, requests, bodies: () => requests.map(({ body }) => JSON.parse(String(body))) };
}
