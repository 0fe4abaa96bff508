import type { MessageSend } from "../outbox/message-send.ts";
import { oneLine, plainLines } from "./one-line.ts";

type Content = MessageSend["data"]["content"];

/** A piece of a message in both shapes. */
interface Piece {
  text: string;
  html: string;
}

const nothing: Piece = { text: "", html: "" };

export interface Rendered extends Piece {
  subject: string;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => entities[char] as string);

/** An address that a link may have, or undefined: no script, and nothing that would end the attribute it stands in. */
export function webAddress(url: unknown): string | undefined {
  if (typeof url !== "string" || !URL.canParse(url)) return undefined;
  const { protocol, href } = new URL(url);
  return protocol === "https:" || protocol === "http:" ? href : undefined;
}

/** A mail that says what the message says, plainly: for tools that send what they are given. */
export function rendered({ content, person }: Pick<MessageSend["data"], "content" | "person">): Rendered {
  const subject = oneLine(content.subject ?? "");
  const pieces = [...content.blocks.map(block), action(content), unsubscribe(content)].filter((piece) => piece.text);
  const preheader = oneLine(content.preheader ?? "");
  const hidden = preheader && `<div style="display:none">${escapeHtml(preheader)}</div>`;
  const language = /^[a-z]{2,3}(-[a-z\d]{1,8})*$/i.test(person.language ?? "") ? ` lang="${person.language}"` : "";
  return {
    subject,
    text: pieces.map(({ text }) => text).join("\n\n"),
    html: [
      `<!doctype html><html${language} dir="auto"><head><meta charset="utf-8"><title>${escapeHtml(subject)}</title></head><body>`,
      hidden,
      ...pieces.map(({ html }) => html),
      "</body></html>",
    ]
      .filter(Boolean)
      .join("\n"),
  };
}

function block({ text, items }: Content["blocks"][number]): Piece {
  const said = plainLines(text ?? "");
  if (said) return { text: said, html: `<p>${escapeHtml(said).replaceAll("\n", "<br>")}</p>` };
  const lines = (items ?? []).map(item).filter((piece) => piece.text);
  return {
    text: lines.map((line) => `- ${line.text}`).join("\n"),
    html: `<ul>${lines.map((line) => `<li>${line.html}</li>`).join("")}</ul>`,
  };
}

function item(of: unknown): Piece {
  const { id, name, url } = of as { id?: string; name?: string; url?: unknown };
  return linked(name ?? id ?? "", url);
}

/** What a mail can carry out: a link, or a code to copy. */
function action({ action, offer }: Content): Piece {
  const label = typeof action?.label === "string" ? action.label : "";
  if (action?.url !== undefined) return inParagraph(linked(label, action.url));
  return action?.copy === "code" && offer?.code ? inParagraph(linked(`${label}: ${offer.code}`, undefined)) : nothing;
}

const unsubscribe = ({ unsubscribe_url }: Content): Piece =>
  unsubscribe_url === undefined ? nothing : inParagraph(linked("Unsubscribe", unsubscribe_url));

const inParagraph = ({ text, html }: Piece): Piece => ({ text, html: `<p>${html}</p>` });

function linked(label: string, url: unknown): Piece {
  const text = oneLine(label);
  const href = webAddress(url);
  if (href === undefined || !text) return { text, html: escapeHtml(text) };
  return { text: `${text}: ${href}`, html: `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>` };
}
