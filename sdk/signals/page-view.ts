import { redactUrl } from "../../contract/redact.ts";
import type { Page } from "./page.ts";

const paid = /[?&](gclid|msclkid|fbclid|ttclid|utm_medium=(cpc|ppc|paid|display))/i;
const email = /[?&](mc_[ce]id|_hsenc|utm_medium=email)/i;
/** In every link of a message of ours. */
const ours = /[?&]cusp_m=(msg_[\w-]{1,120})(&|$)/;

export function observePageView({ device, again, emit }: Page): void {
  const { href, search } = location;
  const landing = search && (paid.test(search) ? "paid" : email.test(search) && "email");
  const message = search && ours.exec(search)?.[1];
  emit({
    kind: "page_view",
    url: redactUrl(href),
    device,
    ...(landing && { landing }),
    ...(again && { again }),
    ...(message && { message }),
  });
}
