import { createHash } from "node:crypto";
import type { Form } from "./forms.ts";
import { samplePicture } from "./people.ts";

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const safe = (text: string): string => text.replace(/[&<>"']/g, (char) => entities[char] as string);

const style = `
  :root { color-scheme: light; font: 15px/1.5 system-ui, sans-serif; color: #222226; background: #e9e9ee; }
  body { margin: 0 auto; padding: 28px; max-width: 1240px; }
  h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 40px 0 12px; }
  section { background: #fff; border-radius: 14px; padding: 20px 24px; margin: 0 0 18px; }
  .head { display: flex; gap: 10px; align-items: baseline; flex-wrap: wrap; } .head b { font-size: 16px; }
  .tag { background: #eceaf8; color: #43389a; border-radius: 99px; padding: 1px 10px; font-size: 13px; }
  .missing { color: #a3231a; } small, .soft { color: #6d6d78; }
  ul { margin: 8px 0 0; padding-left: 20px; }
  .mails { display: flex; flex-wrap: wrap; gap: 20px; align-items: flex-start; margin-top: 16px; }
  figure { margin: 0; } figcaption { font-size: 13px; color: #6d6d78; margin-bottom: 6px; }
  iframe { border: 1px solid #dcdce3; border-radius: 12px; background: #fff; display: block; height: 700px; }
  .light { color-scheme: light; } .dark { color-scheme: dark; }
  .wide { width: 680px; } .phone { width: 390px; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f6f6f8; border-radius: 10px; padding: 14px; margin: 14px 0 0; font-size: 13px; }
  .said { border: 1px solid #e4e4ea; border-radius: 12px; padding: 14px 16px; margin-top: 14px; max-width: 440px; white-space: pre-wrap; overflow-wrap: anywhere; }
  .said b { display: block; }
`;
/** Frames as high as what is in them. The mails themselves run nothing. */
const script = `
  for (const frame of document.querySelectorAll("iframe")) {
    const fit = () => { frame.style.height = frame.contentDocument.documentElement.scrollHeight + "px"; };
    if (frame.contentDocument?.readyState === "complete") fit();
    frame.addEventListener("load", fit);
  }
  addEventListener("load", () => setTimeout(() => { document.documentElement.dataset.height = document.documentElement.scrollHeight; }, 100));
`;

/** A picture that needs no network. */
const picture = (hue: number): string =>
  `data:image/svg+xml;base64,${btoa(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72"><rect width="72" height="72" fill="hsl(${hue} 45% 82%)"/><path d="M14 50c0-12 8-26 16-26 5 0 6 6 12 8 8 3 16 6 16 18z" fill="hsl(${hue} 45% 42%)"/></svg>`,
  )}`;

/** Sample products have no picture anywhere. */
const pictured = (html: string): string =>
  html.replace(new RegExp(`https?://[^"'\\s]*${samplePicture}[\\w.-]*?(\\d)\\.jpg`, "g"), (_, n: string) =>
    picture(Number(n) * 140),
  );

/** All forms on one page, which loads nothing and in which nothing runs but our own few lines. */
export function previewPage(title: string, forms: readonly Form[], isAlone: boolean): string {
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = `default-src 'none'; img-src https: data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; frame-src 'self'`;
  const messages = [...new Set(forms.map(({ message }) => message))];
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<meta name="viewport" content="width=device-width"><title>${safe(title)}</title><style>${style}</style></head><body>`,
    `<h1>${safe(title)}</h1><small>Nothing was sent to anybody.</small>`,
    ...messages.flatMap((message) => [
      `<h2>${safe(message)}</h2>`,
      ...forms.filter((form) => form.message === message).map((form) => section(form, isAlone)),
    ]),
    `<script>${script}</script></body></html>`,
  ].join("\n");
}

function section(form: Form, isAlone: boolean): string {
  const { channel, about, missing, notes, mail, content } = form;
  return [
    `<section><div class="head"><span class="tag">${channel}</span><b>${safe(content?.subject ?? "")}</b><span class="soft">for ${safe(about)}</span></div>`,
    missing === undefined ? "" : `<p class="missing">Would not be sent: ${safe(missing)}</p>`,
    content?.preheader ? `<p class="soft">${safe(content.preheader)}</p>` : "",
    notes.length ? `<ul>${notes.map((note) => `<li>${noteHtml(note)}</li>`).join("")}</ul>` : "",
    mail ? mailHtml(mail.html, isAlone) : "",
    mail ? `<pre>${safe(mail.text)}</pre>` : "",
    content && !mail ? saidHtml(form) : "",
    "</section>",
  ].join("");
}

const noteHtml = ({ block, said, why }: Form["notes"][number]): string =>
  `${safe(block)}: ${said === undefined ? "left out" : safe(said)}${why.length ? ` <small>(${safe(why.join("; "))})</small>` : ""}`;

function mailHtml(html: string, isAlone: boolean): string {
  const frames = isAlone ? ["wide light", "phone light", "wide dark", "phone dark"] : ["wide light", "phone dark"];
  const said = (kind: string) => kind.replace("wide", "on a desk,").replace("phone", "on a phone,");
  return `<div class="mails">${frames
    .map(
      (kind) =>
        `<figure><figcaption>${said(kind)}</figcaption><iframe class="${kind}" sandbox="allow-same-origin" srcdoc="${safe(pictured(html))}"></iframe></figure>`,
    )
    .join("")}</div>`;
}

/** What other channels say: words, shown as words. */
function saidHtml({ content, channel }: Form): string {
  const { push, sms, chat, onsite, team, blocks = [], action, offer } = content ?? {};
  const [title, body] = {
    email: [],
    push: [push?.title, push?.body],
    sms: ["", sms?.text],
    chat: ["", chat?.text],
    onsite: [onsite?.title, onsite?.body],
    team: ["", team?.text],
  }[channel];
  const texts = blocks.map(({ text }) => text).filter(Boolean);
  const deed = typeof action?.label === "string" ? `[ ${action.label} ]` : "";
  const lines = [body, ...texts, offer?.code && `Code: ${offer.code}`, deed].filter(Boolean);
  return `<div class="said">${title ? `<b>${safe(title)}</b>` : ""}${lines.map((line) => safe(line ?? "")).join("\n")}</div>`;
}
