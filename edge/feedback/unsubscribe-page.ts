const style = `:root{color-scheme:light dark}body{font:17px/1.5 system-ui,sans-serif;max-width:30rem;margin:12vh auto;padding:0 1.25rem}h1{font-size:1.45rem;line-height:1.25}button{font:inherit;font-weight:600;padding:.7rem 1.2rem;min-height:44px;border-radius:10px;border:1px solid;background:none;color:inherit;cursor:pointer;margin:.3rem .5rem .3rem 0}button.first{background:CanvasText;color:Canvas;border-color:CanvasText}:focus-visible{outline:3px solid Highlight;outline-offset:2px}p{margin:.8rem 0}`;

const marks: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => marks[char] ?? "");
const spoken = (topic: string): string => escaped(topic.replace(/[-_]/g, " "));

let policy: Promise<string> | undefined;
async function policyOf(): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(style));
  const hash = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;
}

async function page(title: string, body: string, status = 200): Promise<Response> {
  policy ??= policyOf();
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex"><title>${title}</title><style>${style}</style><main><h1>${title}</h1>${body}</main></html>`;
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": await policy,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  });
}

const button = (name: string, words: string, isFirst: boolean): string =>
  `<button${isFirst ? ' class="first"' : ""} name="stop" value="${name}">${words}</button>`;

/** Asks, and changes nothing: mail programs and scanners follow links by themselves. */
export const askingPage = (shop: string, topic: string | undefined): Promise<Response> =>
  page(
    "No more e-mails?",
    `<p>You get messages of <strong>${escaped(shop)}</strong> at this address.</p><form method="post">${topic === undefined ? "" : button("topic", `Stop “${spoken(topic)}”`, true)}${button("all", "Stop all advertising", topic === undefined)}</form><p>What you order is still confirmed by e-mail.</p>`,
  );

export const donePage = (shop: string, topic: string | undefined): Promise<Response> =>
  page(
    "Done",
    `<p>${escaped(shop)} sends you no more ${topic === undefined ? "advertising" : `“${spoken(topic)}”`} at this address.</p>`,
  );

export const unknownPage = (): Promise<Response> =>
  page(
    "This link is not complete",
    "<p>Nothing was changed. Open the link in the message once more, or copy all of it.</p>",
    404,
  );
