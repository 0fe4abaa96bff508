import { redactUrl } from "../../contract/redact.ts";
import type { Page } from "./page.ts";

const paid = /[?&](gclid|msclkid|fbclid|ttclid|utm_medium=(cpc|ppc|paid|display))/i;
const email = /[?&](mc_[ce]id|_hsenc|utm_medium=email)/i;

export function observePageView({ device, again, emit }: Page): void {
  const { href, search } = location;
  const landing = paid.test(search) ? "paid" : email.test(search) && "email";
  emit({ kind: "page_view", url: redactUrl(href), device, ...(landing && { landing }), ...(again && { again }) });
}
