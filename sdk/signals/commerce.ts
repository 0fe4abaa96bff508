import { orderHash } from "../../contract/order.ts";
import { redactItem, redactProperties, redactWord } from "../../contract/redact.ts";
import type { Observed } from "../../contract/signals.ts";
import { limits } from "../../contract/wire.ts";
import { complain } from "../checked.ts";
import type { SignalOptions } from "./page.ts";
import { searchOf } from "./search.ts";

/** What the words of the site may hold, ours or GA4's, any of them wrong. */
export type Given = Record<string, unknown>;

/** The options of `start`: orders of different sites must not look alike. */
type Options = SignalOptions & { site?: string };

const ofItems = /^(view_(item|cart)|add_to_(cart|wishlist)|remove_from_cart|begin_checkout|purchase)$/;
const ofCertainItems = /^(view_item|add_to|remove)/;
const plain = /^(payment_failed|coupon_refused|offer_declined)$/;
const search = /^(view_)?search(_results)?$/;
const ofMessage = /^message_(shown|clicked|dismissed)$/;
const messageId = /^msg_[\w-]{1,120}$/;

const maxMoney = 1e9;
const maxResults = 1e6;

const isWritten = (x: unknown): x is number | string => typeof x === "number" || (typeof x === "string" && x !== "");
const isMoney = (x: unknown) => isWritten(x) && Number(x) >= 0 && Number(x) <= maxMoney;
const isCurrency = (x: unknown): x is string => typeof x === "string" && /^[a-z]{3}$/i.test(x);
const isCount = (x: unknown): x is number => Number.isInteger(x) && (x as number) >= 0 && (x as number) <= maxResults;
/** What a developer wrote, not a visitor. */
const isWord = (x: unknown) => typeof x === "string" && !!x && !(x in {}) && redactWord(x, "") === x;
const isObject = (x: unknown): x is Given => typeof x === "object" && x !== null;

/** Only the fields that are known; a wrong one leaves the others. No items at all are told, as of an empty cart; unknown ones are not. */
function itemsOf({ items: given, value, currency }: Given): object {
  const all: unknown[] | undefined = Array.isArray(given) ? given.slice(0, limits.items) : undefined;
  const items = all?.flatMap((item) => redactItem(item) ?? []);
  return {
    ...((items?.[0] || all?.length === 0) && { items }),
    ...(isMoney(value) && { value: Number(value) }),
    ...(isCurrency(currency) && { currency: currency.toUpperCase() }),
  };
}

/** What GA4's words, or our own, tell of a shop; none when they tell of something else. */
export function shopping(name: unknown, given: Given, options: Options): Observed | undefined {
  if (typeof name !== "string") return undefined;
  if (search.test(name)) {
    const { query = given.search_term, results } = given;
    return typeof query === "string" ? searchOf(query, options, isCount(results) ? results : undefined) : undefined;
  }
  if (plain.test(name)) {
    const { code } = given;
    return { kind: name, ...(name === "payment_failed" && isWord(code) && { code }) } as Observed;
  }
  if (!ofItems.test(name)) return undefined;
  const { transaction_id: id } = given;
  const order = name === "purchase" && isWritten(id) && orderHash(`${options.site}`, id);
  return { kind: name, ...itemsOf(given), ...(order && { order }) } as Observed;
}

/** What each field of a call must be. */
const remedies: Record<string, string> = {
  name: 'letters, digits, _ or -, like "size_chosen"',
  properties: "an object",
  query: "a text",
  message: "the id of a message",
  results: "a whole number",
  items: "an array of { item_id, price, quantity }",
  value: "a number",
  currency: 'a code like "EUR"',
};
const ofProperty = `a number, true, false or a short text that names nobody; at most ${limits.properties}`;

/** `track(name, properties)`: what happened in the shop, a search, or something of the site's own. A wrong call is told of, not sent. */
export function commerceOf(name: string, given: unknown = {}, options: Options = {}): Observed | undefined {
  const refuse = (field: string): undefined => {
    complain(`track: ${field} must be ${remedies[field] ?? ofProperty}`);
  };
  if (!isWord(name)) return refuse("name");
  if (!isObject(given)) return refuse("properties");
  if (ofMessage.test(name)) {
    const { message } = given;
    return messageId.test(message as string) ? ({ kind: name, message } as Observed) : refuse("message");
  }
  // The edge says what is wrong with it: few sites use it, and every visitor loads this.
  if (name === "contact") return { ...given, kind: name } as Observed;
  const properties = redactProperties(given);
  const isSearch = name === "search";
  if (!isSearch && !ofItems.test(name) && !plain.test(name)) {
    const lost = Object.keys(given).find((key) => !Object.hasOwn(properties, key));
    return lost ? refuse(`properties.${lost}`) : { kind: "custom", name, ...(Object.keys(given)[0] && { properties }) };
  }
  const { query, items } = given;
  if (isSearch && !(typeof query === "string" && query.trim())) return refuse("query");
  if (ofCertainItems.test(name) && !items) return refuse("items");
  const observed = shopping(name, given, options);
  if (!observed) return undefined; // a search that was told of already
  const told = "items" in observed ? observed.items : undefined;
  const fields = isSearch ? ["results"] : ofItems.test(name) ? ["items", "value", "currency"] : [];
  const lost = fields.find((field) => given[field] !== undefined && !(field in observed));
  const isCut = told && told.length < Math.min((items as unknown[]).length, limits.items);
  return lost || isCut ? refuse(lost ?? "items") : observed;
}
