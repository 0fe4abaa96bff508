/** A page type of the site: the first rule whose pattern matches names the page. `*` stands for any characters. */
export interface PageRule {
  type: string;
  match: string[];
  key?: boolean;
}

/** Used until the site's settings arrive. */
export const defaultPages: readonly PageRule[] = [
  { type: "pricing", match: ["/pricing*", "/plans*"], key: true },
  { type: "product", match: ["/p/*", "/product/*", "/products/*"], key: true },
  { type: "cart", match: ["/cart"], key: true },
  { type: "checkout", match: ["/checkout*"], key: true },
];

const moneyTypes = ["pricing", "cart", "checkout"];
export const isMoney = (type: string): boolean => moneyTypes.includes(type);

/** Linear in the length of the path: no regular expression is ever built from a pattern. */
function matches(pattern: string, path: string): boolean {
  const parts = pattern.split("*");
  const last = parts.pop() as string;
  if (!parts.length) return path === last;
  let from = 0;
  for (const [i, part] of parts.entries()) {
    const hit = path.indexOf(part, from);
    if (hit < 0 || (i === 0 && hit > 0)) return false;
    from = hit + part.length;
  }
  return path.length - last.length >= from && path.endsWith(last);
}

/** `/fr/pricing/` and `/pricing` are one page: locale prefix and trailing slash are ignored. */
const plain = (path: string): string => path.replace(/^\/[a-z]{2}([-_][a-z]{2})?(?=\/)/i, "").replace(/(.)\/+$/, "$1");

export function pageRule(url: string, pages: readonly PageRule[]): PageRule | undefined {
  const path = url.replace(/^[a-z]+:\/\/[^/?#]*/i, "").replace(/[?#].*$/, "") || "/";
  const tries = [path, plain(path)];
  return pages.find((rule) => rule.match.some((pattern) => tries.some((p) => matches(pattern, p))));
}
