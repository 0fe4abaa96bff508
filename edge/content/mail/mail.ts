import { defaultLayout } from "../../../dist/default-layout.js";
import { Missing } from "../liquid.ts";
import { type Fill, layouts } from "./layout.ts";
import { plainText } from "./plain-text.ts";
import { siteLink } from "./site-link.ts";
import { type MailParts, mailValues } from "./values.ts";

export { maxMailBytes, reason } from "./layout.ts";

export interface Mail {
  html: string;
  text: string;
}

export type WriteMail = (parts: MailParts) => Mail | { missing: string };

/** What a layout makes of the values of a mail. @throws where it does not parse */
export const understood = (html: string, origins: readonly string[]): Fill => layouts(origins)(withTags(html, origins));

/** Links to the site that stand written out in a layout are tagged like all others. */
const withTags = (html: string, origins: readonly string[]): string =>
  html.replace(/(?<=<a\b[^<>]*\shref=")[^"'{}]+(?=")/gi, (written) => {
    const link = written.replaceAll("&amp;", "&");
    return siteLink(link, origins, "") === undefined ? written : `{{ '${link}' | link }}`;
  });

/** Writes mails by the layouts of a site file, each understood once. */
export function mails({ origins, email, layouts: own = {} }: MailParts["file"]): WriteMail {
  const known = new Map<string | undefined, Fill>();

  function layoutOf(name: string | undefined): Fill {
    const had = known.get(name);
    if (had) return had;
    const html = name === undefined ? defaultLayout : own[name];
    if (html === undefined) throw new Missing(`the layout ${name} was not pushed with the site file`);
    const fill = understood(html, origins);
    known.set(name, fill);
    return fill;
  }

  // What most mails look like is understood before the first is decided on.
  if (email.layout === undefined || own[email.layout] !== undefined) layoutOf(email.layout);

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
