import { redactText } from "../../contract/redact.ts";
import type { Observed, QueryClass } from "../../contract/signals.ts";
import type { Page, SignalOptions, Why } from "./page.ts";

const maxReadChars = 200;
const usualParameters = ["q", "query", "search", "s"];

/** English only; a sentence that asks how is help whatever it is about, a product that sounds like help ("contact lenses") is not. */
const help =
  /^(how|where is|where's|can i|help)\b|\b(returns?(?! (of|air))|refund\w*|money back|exchanges?|cancel(?! (noise|headphone))|my order|track(ing)? ((my|your|an|the) )?(order|package|parcel|number)|contact( (us|support|form|number|details))?$|customer (service|support|care)|warrant(y|ies)|broken|defective|arrived damaged|(not|isn'?t|doesn'?t|won'?t|stopped) (work|turn|charg|start)\w*|wrong (size|item|order|colou?r)|complaints?|faq|polic(y|ies)|shipping|delivery (time|cost|fee|option|status|charge)s?)\b/i;
const compare = /\b(vs|versus|compar(e[ds]?|ing|isons?)|alternatives?|differences?|better than|or better)\b/i;
const best = /\bbest\b/i;
/** "Under 100", but not "under 10 kg"; "max" is the name of too many products to mean a price. */
const priceLimit =
  /[$€£¥]\s?\d|\d\s?([$€£¥]|(dollars?|bucks|euros?|eur|usd|gbp|pounds?|quid)\b)|\b(under|below|less than|up to|cheaper than)\s?\d[\d.,]*(?![\d.,%"']|\s?(?!for\b|with\b|and\b|or\b)[a-z])/i;

/** What a search asks for, and whether it names a price. The words themselves stay here. */
export function classOf(words: string): { query_class: QueryClass; price_limit?: true } {
  const isPriced = priceLimit.test(words);
  // "Best earbuds" weighs one against another; with a price it is the wish to buy one.
  const query_class = help.test(words)
    ? "help"
    : compare.test(words) || (best.test(words) && !isPriced)
      ? "compare"
      : /\p{L}{2}/u.test(words)
        ? "product"
        : "other";
  return { query_class, ...(isPriced && { price_limit: true }) };
}

const plain = (words: string) => words.slice(0, maxReadChars).replace(/\s+/g, " ").trim().toLowerCase();

/** What was searched last by each client, whose options are one object for all its pages. */
const latest = new WeakMap<SignalOptions, { words: string; results?: number | undefined }>();

/** None when there are no words, or those that were told of last and no new count of results. */
export function searchOf(query: string, options: SignalOptions, results?: number): Observed | undefined {
  const words = plain(query);
  const had = latest.get(options);
  if (!words || (had?.words === words && (results === undefined || results === had.results))) return undefined;
  latest.set(options, { words, results });
  return {
    kind: "search",
    ...classOf(words),
    ...(results !== undefined && { results }),
    ...(options.searchWords && { query: redactText(words) }),
  };
}

const inAddress = ({ searchParameter }: SignalOptions): string => {
  const parameters = new URLSearchParams(location.search);
  return (searchParameter ? [searchParameter] : usualParameters).map((name) => parameters.get(name)).find(Boolean) ?? "";
};

/** Whoever reloads a page of results, or comes back to it, has not searched again. */
const isReturn = () =>
  /^(reload|back)/.test((performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming)?.type);

/** A search that stands in the address, when the page begins or when a router has changed it since. */
export function observeSearch({ options, emit }: Page): (why: Why) => void {
  const look = () => {
    const search = searchOf(inAddress(options), options);
    if (search) emit(search);
  };
  const words = plain(inAddress(options));
  if (words && !latest.has(options) && isReturn()) latest.set(options, { words });
  look();
  return look;
}
