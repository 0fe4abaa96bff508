import http from "node:http";
import type { AddressInfo } from "node:net";

/** Heights in px of what the scripted session aims at; everything else on the page may be of any height. */
export const bottom = { heightPx: 560, clickTopPx: 40, fieldTopPx: 220, columnPx: 130, rowPx: 70 };

const product = (n: number) => `<section data-product-id="sku-${n}"><h2>Lamp no. ${n}</h2>
<p>${"A lamp of turned beech with a linen shade, made to order and sent within two weeks. ".repeat(6)}</p>
<ul>${["Beech", "Linen", "Brass", "Two years of warranty"].map((text) => `<li>${text}</li>`).join("")}</ul>
<p><a href="/lamps/${n}">More about lamp no. ${n}</a> <a href="/returns">Returns</a> <span>${39 + n}.00 EUR</span></p></section>`;

/** Places a thing of the page's end where the session will look for it. */
const at = (column: number, topPx: number, html: string) =>
  `<div style="position:absolute;left:${40 + column * bottom.columnPx}px;top:${topPx}px">${html}</div>`;

const controls = [
  ...["Front", "Side", "Detail", "Add to basket", "Save for later", "Compare"].map(
    (text) => `<button type=button>${text}</button>`,
  ),
  "<label><input type=radio name=size> Small</label>",
  "<label><input type=radio name=size> Large</label>",
  "<label><input type=checkbox name=gift> Gift</label>",
  "<details><summary>Delivery</summary>Two weeks</details>",
];

const fields = ["name", "email", "message"];

/** A product page that runs no script but `scripts`. Its own code would be counted as the library's. */
const shop = (scripts: string) => `<!doctype html><html lang=en><meta charset=utf-8><title>Lamps</title>
<meta name=viewport content="width=device-width"><link rel=icon href="data:,">
<style>body{margin:0;font:16px/1.5 sans-serif}header{position:sticky;top:0;height:50px;background:#fff;z-index:1}
section{padding:24px 40px;border-bottom:1px solid #ddd}form{position:relative;height:${bottom.heightPx}px}</style>${scripts}
<header><a href="/next" style="position:absolute;left:40px;top:12px">Delivery</a></header>
<section><h1>Lamps</h1><video src=/sound.wav muted autoplay controls width=320 height=180></video></section>
${Array.from({ length: 14 }, (_, n) => product(n + 1)).join("\n")}
<form action=/order method=post>
${controls.map((html, n) => at(n, bottom.clickTopPx, html)).join("\n")}
${fields.map((name, n) => at(0, bottom.fieldTopPx + n * bottom.rowPx, `<input name=${name} autocomplete=off>`)).join("\n")}
${at(0, bottom.fieldTopPx + 3 * bottom.rowPx, "<button>Order</button>")}</form></html>`;

/** Where the scripted session leads in the end. */
const next = '<!doctype html><html lang=en><title>Delivery</title><link rel=icon href="data:,"><p>Two weeks.</html>';

/** A minute of silence: what a media element plays without a codec. */
function sound(): Buffer {
  const samples = 60 * 8000;
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); // PCM
  header.writeUInt16LE(1, 22); // one channel
  header.writeUInt32LE(8000, 24);
  header.writeUInt32LE(8000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples, 40);
  return Buffer.concat([header, Buffer.alloc(samples, 128)]);
}

/** One page and the next, whose addresses stay the same whatever library is added. */
export async function startShop() {
  const wav = sound();
  let page = "";
  const server = http.createServer((request, response) => {
    if (request.url === "/sound.wav") return response.writeHead(200, { "content-type": "audio/wav" }).end(wav);
    response
      .writeHead(200, { "content-type": "text/html", "cache-control": "no-cache" })
      .end(request.url === "/next" ? next : page);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/p/lamp`,
    add(scripts: string) {
      page = shop(scripts);
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
