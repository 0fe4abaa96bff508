import { element } from "../element.ts";
import { listAt } from "../webhook.ts";
import { isNews, timelineRow } from "./timeline-row.ts";

const everyMs = 2000;
const shownLines = 20;

/** An answer has been given when a flush is told of; what it led to takes a moment more. */
const afterFlushMs = 250;

/** The id that the library keeps: a page of the same site may read it. A database that is not there must not be made. */
async function visitorHere(): Promise<string | undefined> {
  const all = await indexedDB.databases();
  if (!all.some(({ name }) => name === "cusp")) return undefined;
  return await new Promise((resolve, reject) => {
    const opening = indexedDB.open("cusp");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const found = opening.result.transaction("kv").objectStore("kv").get("me");
      opening.result.close(); // once the transaction is over
      found.onsuccess = () => resolve((found.result as { visitor?: string } | undefined)?.visitor);
      found.onerror = () => reject(found.error);
    };
  });
}

async function whom(): Promise<string | undefined> {
  const { id, token } = shopper.account();
  if (token) return `user=${encodeURIComponent(id ?? "")}`;
  const visitor = await visitorHere();
  return visitor && `visitor=${encodeURIComponent(visitor)}`;
}

/** What the edge decided for this person, and why, the newest first: asked for again and again, by real time. */
export function timeline() {
  const list = element("ol", { class: "timeline", tabindex: "0", "aria-label": "Sent, not sent, and why" });
  let shown = "";
  let dueRealMs = 0;
  let isAsking = false;

  function show(lines: readonly unknown[]): void {
    const text = JSON.stringify(lines);
    if (text === shown) return;
    shown = text;
    const empty = "Nothing decided yet. Every message will stand here, and every silence with its reason.";
    list.replaceChildren(...(lines.length ? lines.map(timelineRow) : [element("li", { class: "none" }, empty)]));
  }

  async function ask(): Promise<void> {
    const who = await whom();
    if (!who) return show([]);
    const reply = await fetch(`/dev/timeline?${who}&limit=${shownLines}`);
    if (reply.ok) show(listAt(await reply.json(), "lines").filter(isNews));
  }

  show([]);
  return {
    root: list,
    /** Something may have been decided. */
    soon(): void {
      dueRealMs = Math.min(dueRealMs, cuspClock.real() + afterFlushMs);
    },
    tick(): void {
      if (isAsking || cuspClock.real() < dueRealMs) return;
      isAsking = true;
      dueRealMs = cuspClock.real() + everyMs;
      void ask()
        .catch(() => undefined) // the edge is away: asked again
        .finally(() => {
          isAsking = false;
        });
    },
  };
}
