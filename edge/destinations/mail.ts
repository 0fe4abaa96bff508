import type { Outcome } from "../outbox/retry.ts";
import type { Parcel } from "./adapter.ts";
import { nobody, recipientOf } from "./recipient.ts";
import { type Rendered, rendered, webAddress } from "./rendered.ts";

/** A mail for one recipient, as every vendor that sends what it is given wants it in a shape of its own. */
export interface Mail extends Rendered {
  to: string;
  headers: Readonly<Record<string, string>>;
}

const refused = (reason: string): { refused: Outcome } => ({ refused: { state: "failed", reason } });

export function mailOf(message: Parcel["message"], vendor: string): { mail: Mail } | { refused: Outcome } {
  const to = recipientOf(message, ["email"]);
  if (!to) return { refused: nobody(vendor) };
  const { html, text } = message.content;
  // One that was decided for another kind of tool has neither: it is written plainly.
  const mail = { ...rendered(message), ...(html && text && { html, text }) };
  if (!mail.subject) return refused("the message has no `subject`, and no mail goes out without one");
  if (!mail.text) return refused("the message says nothing: give it a block or an action with a link");
  const leave = webAddress(message.content.unsubscribe_url);
  if (leave === undefined && message.send.purpose === "marketing")
    return refused("a marketing mail needs a way to unsubscribe, and there is none: set EDGE_URL on the edge");
  return { mail: { ...mail, to: to.is, headers: leave === undefined ? {} : oneClick(leave) } };
}

/** RFC 8058: mail programs show a button that unsubscribes by one POST. */
const oneClick = (url: string) => ({ "List-Unsubscribe": `<${url}>`, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" });
