import { defaultPages, pageRule } from "../../contract/pages.ts";
import { redactUrl } from "../../contract/redact.ts";
import type { Page, Visit, Why } from "./page.ts";

/** As shops commonly address a product. */
const productUrl = /\/(p|dp|products?|item)\/[^/]/;

const isBackAndForth = (run: readonly string[]) => run.some((url, i) => run.slice(i + 2).includes(url));

/**
 * Each product as it is looked at after another: said when it is a new one, and when it is the first to be looked at again. A
 * product is known by its page: pages between two, and a reload, change nothing.
 */
export function observeComparison(page: Page): (why: Why) => void {
  const isProduct = ({ product, url }: Pick<Visit, "product" | "url">) =>
    product || productUrl.test(url) || pageRule(url, page.rules?.() ?? defaultPages)?.type === "product";
  const url = redactUrl(location.origin + location.pathname);
  let isSaid = false;
  return () => {
    if (isSaid || !isProduct({ product: page.product, url })) return;
    isSaid = true;
    const shown = page.trail.filter(isProduct).map((view) => view.url);
    const run = shown.filter((url, i) => url !== shown[i - 1]);
    const products = new Set([...run, url]).size;
    const back_and_forth = url !== run.at(-1) && isBackAndForth([...run, url]);
    const isNews = !run.includes(url) || (back_and_forth && !isBackAndForth(run));
    if (products > 1 && isNews) page.emit({ kind: "comparison", products, ...(back_and_forth && { back_and_forth }) });
  };
}
