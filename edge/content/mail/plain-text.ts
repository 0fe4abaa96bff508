import type { MailBlock, MailValues } from "./values.ts";

/** A tool that fills in templates of its own finds none in a text: nothing that is seen stands between what would open one. */
const undelimited = (text: string): string => text.replace(/([{<*[])(?=[{%|[])/g, "$1\u200b");

/** The same mail for whoever reads no HTML: links written out, nothing that only looks. */
export function plainText({ brand, words, blocks, action, offer, unsubscribe_url }: MailValues): string {
  const code = offer?.code ? [`${offer.label}: ${offer.code}`, offer.ends && `${words.until} ${offer.ends}`] : [];
  const parts = [
    ...blocks.map(blockText),
    code.filter(Boolean).join("\n"),
    action ? `${action.label}:\n${action.url}` : "",
    ["--", [brand.name, brand.address].filter(Boolean).join(", "), unsubscribe_url && `${words.unsubscribe}: ${unsubscribe_url}`]
      .filter(Boolean)
      .join("\n"),
  ];
  return undelimited(parts.filter(Boolean).join("\n\n"));

  function blockText({ text, items, ends }: MailBlock): string {
    const listed = items.map(({ name = "", text: quote = "", author, pieces, price, url }) => {
      const line = [pieces ? `${pieces} × ${name}` : name, quote && `“${quote}”`, author, price].filter(Boolean).join(", ");
      return `- ${line}${url ? `\n  ${url}` : ""}`;
    });
    return [text, ...listed, ends && `${words.until} ${ends}`].filter(Boolean).join("\n");
  }
}
