import { defaultLayout } from "../../../dist/default-layout.js";
import { Missing } from "../liquid.ts";
import { type Fill, layouts } from "./layout.ts";
import { plainText } from "./plain-text.ts";
import { type MailParts, mailValues } from "./values.ts";

// Beside it in one module of the Worker: what checks layouts needs it, too.
export { layouts, maxMailBytes, reason } from "./layout.ts";

export interface Mail {
  html: string;
  text: string;
}

export type WriteMail = (parts: MailParts) => Mail | { missing: string };

/** Writes mails by the layouts of a site file, each understood once. */
export function mails({ origins, email, layouts: own = {} }: MailParts["file"]): WriteMail {
  const understand = layouts(origins);
  const understood = new Map<string | undefined, Fill>();

  function layoutOf(name: string | undefined): Fill {
    const had = understood.get(name);
    if (had) return had;
    const html = name === undefined ? defaultLayout : own[name];
    if (html === undefined) throw new Missing(`the layout ${name} was not pushed with the site file`);
    const fill = understand(html);
    understood.set(name, fill);
    return fill;
  }

  return (parts) => {
    const values = mailValues(parts);
    if (!values.blocks.length && !values.action && !values.offer?.code)
      return { missing: "the mail would say nothing: give the message a block that needs no data, or an action with a link" };
    try {
      return { html: layoutOf(parts.message.layout ?? email.layout)(values), text: plainText(values) };
    } catch (error) {
      if (error instanceof Missing) return { missing: error.message };
      throw error;
    }
  };
}
