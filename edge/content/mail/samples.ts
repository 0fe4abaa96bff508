import type { MailValues } from "./values.ts";

const item = {
  ...{ id: "sku-1", name: "Name of a product", initial: "N", text: "", author: "", rating: "", price: "99.90", pieces: 2 },
  ...{ url: "https://shop.example/p/1", image_url: "https://shop.example/p/1.jpg" },
};

/** A mail with all that a mail can have. */
export const full = {
  message_id: "msg_0_1",
  language: "en",
  subject: "A subject",
  preheader: "What stands beside it",
  brand: {
    ...{ name: "Shop", colour: "#1f1f24", ink: "#ffffff", address: "Where it is", website: "https://shop.example" },
    logo: "https://shop.example/logo.png",
  },
  words: { unsubscribe: "Unsubscribe", code: "Your code", until: "Valid until" },
  blocks: [
    { id: "text", text: "A text", lines: ["A text"], items: [], ends: "Monday" },
    { id: "list", text: "", lines: [], items: [item, { ...item, image_url: "", url: "", pieces: "" }], ends: "" },
  ],
  action: { label: "Go on", url: "https://shop.example/cart" },
  offer: { code: "CODE-1", label: "Your code", ends: "Monday", percent: 15 },
  unsubscribe_url: "https://edge.example/u/token-of-a-sample",
} satisfies MailValues;

const { action: _, offer: __, unsubscribe_url: ___, ...needed } = full;
const { logo: ____, address: _____, ...brand } = full.brand;

/** A mail with as little as a mail can have. */
export const bare: MailValues = { ...needed, preheader: "", brand, blocks: [] };
