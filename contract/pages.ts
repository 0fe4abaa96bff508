/** A page type of the site: the first rule whose pattern matches names the page. `*` stands for any characters. */
export interface PageRule {
  type: string;
  match: string[];
  key?: boolean;
}

/** Used until the site's settings arrive. */
export const defaultPages: readonly PageRule[] = [
  { type: "order", match: ["/order*", "/thank*", "/checkout/*thank*", "/checkout/order*", "/checkout/success*"] },
  { type: "pricing", match: ["/pricing*", "/plans*"], key: true },
  { type: "product", match: ["/p/*", "/product/*", "/products/*"], key: true },
  { type: "cart", match: ["/cart"], key: true },
  { type: "checkout", match: ["/checkout*"], key: true },
  { type: "returns", match: ["/return*", "/refund*"] },
  { type: "shipping", match: ["/shipping*", "/delivery*"] },
  { type: "warranty", match: ["/warrant*", "/guarantee*"] },
  { type: "policy", match: ["/polic*", "/terms*"] },
  { type: "compare", match: ["/compar*"] },
];

export const isMoney = (type: string): boolean => ["pricing", "cart", "checkout"].includes(type);

/** Of a page's type, or of what the site marked: what reassures before a purchase and after it. */
export const isPolicy = (name: string): boolean => /return|refund|polic|warrant|guarantee|shipping/.test(name);

/** Linear in the length of the path: no regular expression is ever built from a pattern. A line break stands for either end. */
function matches(pattern: string, path: string): boolean {
  let from = 0;
  return `\n${pattern}\n`.split("*").every((part) => {
    const hit = `\n${path}\n`.indexOf(part, from);
    from = hit + part.length;
    return hit >= 0;
  });
}

/** `/fr/pricing/` and `/pricing` are one page: locale prefix and trailing slash are ignored. */
const plain = (path: string): string => path.replace(/^\/[A-Za-z]{2}([-_][A-Za-z]{2})?(?=\/)|\/+$/g, "");

export const pathOf = (url: string): string => /^(?:\w+:\/\/[^/?#]*)?([^?#]*)/.exec(url)?.[1] || "/";

export function pageRule(url: string, pages: readonly PageRule[]): PageRule | undefined {
  const path = pathOf(url);
  return pages.find(({ match }) => match.some((pattern) => matches(pattern, path) || matches(pattern, plain(path))));
}

/** What a URL is by the rule that names it. */
export interface Page {
  type: string;
  key: boolean;
  path: string;
}
export type PageOf = (url: string) => Page | undefined;
/** Of no type that the site names: its path makes no difference then. */
export const noPage: Page = { type: "other", key: false, path: "" };
const maxKnown = 64;

/** Every signal is scored, so what a URL was found to be is remembered. */
export function pageMatcher(pages: readonly PageRule[] = defaultPages): PageOf {
  const known = new Map<string, Page | undefined>();
  return (url) => {
    if (!known.has(url)) {
      const rule = pageRule(url, pages);
      if (known.size >= maxKnown) known.clear();
      known.set(url, rule && { type: rule.type, key: !!rule.key, path: pathOf(url) });
    }
    return known.get(url);
  };
}
