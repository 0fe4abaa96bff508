import { redactUrl } from "../../contract/redact.ts";
import type { Page, Why } from "./page.ts";

const isBackAndForth = (run: readonly string[]) => run.some((url, i) => run.slice(i + 2).includes(url));

/**
 * Each product as it is looked at after another: said when it is a new one, and when it is the first to be looked at again. A
 * product is known by its page: pages between two, and a reload, change nothing.
 */
export function observeComparison(page: Page): (why: Why) => void {
  const shown = page.trail.flatMap(({ product, url }) => (product ? [url] : []));
  const run = shown.filter((url, i) => url !== shown[i - 1]);
  const url = redactUrl(location.origin + location.pathname);
  const products = new Set([...run, url]).size;
  const back_and_forth = url !== run.at(-1) && isBackAndForth([...run, url]);
  const isNews = !run.includes(url) || (back_and_forth && !isBackAndForth(run));
  let isSaid = products < 2 || !isNews;
  return () => {
    if (isSaid || !page.product) return;
    isSaid = true;
    page.emit({ kind: "comparison", products, ...(back_and_forth && { back_and_forth }) });
  };
}
