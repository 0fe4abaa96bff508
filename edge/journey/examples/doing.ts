import type { Device, Item, QueryClass } from "../../../contract/signals.ts";
import type { somebody, Unplaced } from "../../test/somebody.ts";

export type Somebody = ReturnType<typeof somebody>;

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;

export const shoe: Item = { id: "shoe", name: "Trail shoe", category: "shoes", price: 80, margin: "high" };
export const socks: Item = { id: "socks", name: "Socks", category: "socks", price: 12, margin: "low" };

/** When a page tells how long it has been looked at; on a phone also where a gate opens sooner. */
const crossingsS = [3, 5, 8, 10, 15, 16, 20, 24, 30, 45, 60, 90, 120, 180, 300, 600];

/** What somebody does in the shop, one after the other; each takes the seconds that it says, looking at the page. */
export function doing(me: Somebody, device: Device = "desktop") {
  let page = "p0";
  let views = 0;
  let viewedAtMs = me.nowMs;
  const engagedMs = () => me.nowMs - viewedAtMs;
  const looksOn = (forS: number) => {
    const untilMs = me.nowMs + forS * second;
    for (const crossingMs of crossingsS.map((crossingS) => viewedAtMs + crossingS * second))
      if (crossingMs > me.nowMs && crossingMs < untilMs)
        me.does({ kind: "dwell", engaged_ms: crossingMs - viewedAtMs, page, at: crossingMs - me.nowMs });
    return untilMs - me.nowMs;
  };
  const tell = (signal: Unplaced, afterS = 0) => {
    me.does({ ...signal, page, at: looksOn(afterS) } as Unplaced);
    return visit;
  };
  const visit = {
    /** Opens another page; the one before is left. */
    opens(path: string, afterS = 0) {
      if (views) visit.leaves(afterS);
      page = `p${String(++views).padStart(2, "0")}`;
      tell({ kind: "page_view", url: `https://shop.example${path}`, device });
      viewedAtMs = me.nowMs;
      return visit;
    },
    scrolls: (depth = 0.5, afterS = 5) => tell({ kind: "scroll_depth", depth }, afterS),
    /** Stays for so long, as the page would tell of it. */
    lingers: (forS: number) => tell({ kind: "dwell", engaged_ms: engagedMs() + forS * second }, forS),
    clicks: (target = "plan") => tell({ kind: "click", target }),
    turnsToLeave: (untouchedS = 15) =>
      tell({ kind: "exit_intent", quality: 0.9, speed: 1, quiet_ms: untouchedS * second }, untouchedS),
    leaves: (afterS = 0) => tell({ kind: "dwell", engaged_ms: engagedMs() + afterS * second, left: true }, afterS),
    adds: (item: Item, afterS = 1) => tell({ kind: "add_to_cart", items: [item], currency: "EUR" }, afterS),
    buys: (order = "0a1b2c3d4e5f6071") => tell({ kind: "purchase", order }, 1),
    searches: (query_class: QueryClass) => tell({ kind: "search", query_class }, 1),
    sees: (name: string, forS = 3) => tell({ kind: "element_seen", name, seen_ms: forS * second }, forS),
    does: tell,
    waits(ms: number) {
      me.waits(ms);
      return visit;
    },
    /** Another visit, later. */
    returns(afterMs = 0) {
      me.waits(afterMs);
      me.returns();
      views = 0;
      return visit;
    },
  };
  return visit;
}

/** What was said to somebody: which message, by which channel, how many seconds after `fromMs`. */
export const heard = ({ sent }: Somebody, fromMs: number): string[] =>
  sent.map(({ name, channel, atMs }) => `${name} by ${channel} after ${(atMs - fromMs) / second} s`);

/** Why something was not said, or nobody came in: the gate, and what. */
export const silences = ({ lines }: Somebody): string[] =>
  lines.flatMap(({ what, gate, message, trigger }) =>
    what === "not_sent" || what === "expired" || what === "not_entered" || what === "held"
      ? `${gate}: ${message ?? trigger}`
      : [],
  );
