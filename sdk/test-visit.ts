import "fake-indexeddb/auto";
import { afterEach, beforeEach, vi } from "vitest";
import type { Observed, Signal } from "../contract/signals.ts";
import { type Ack, type Batch, take } from "../contract/wire.ts";
import { openClient } from "./client.ts";
import type { Cusp, Options } from "./cusp.ts";
import * as late from "./late.ts";
import type { Parts } from "./parts.ts";
import { lateSignals, promptSignals } from "./signals/observers.ts";

export interface Sent extends Batch {
  keepalive: boolean;
}
/** Node's own: the database of these tests runs on it, and the faked clock leaves it alone. */
const turn = () =>
  new Promise<void>((done) => (globalThis as unknown as { setImmediate: (f: () => void) => void }).setImmediate(done));

/** All of it, as the pinned script has it. */
export const everything: Parts = {
  signals: promptSignals,
  loadLate: () => Promise.resolve({ ...late, signalsOf: () => lateSignals }),
};

type Reply = { status: number; body?: unknown; headers?: Record<string, string> } | "down";

/** A browser on one page with an edge that acknowledges, both driven by a clock that the test moves. */
export function openVisit() {
  const batches: Sent[] = [];
  const acks = new Map<string, Ack>();
  let reply: (batch: Batch) => Reply | undefined = () => undefined;
  let settings: unknown;
  let etag = "e";
  const asked: (RequestCache | undefined)[] = [];
  let running: Cusp | undefined;
  let isFocused = true;
  let isHidden = false;

  const accept = (batch: Batch): Reply => {
    const ack = acks.get(batch.stream) ?? { mark: 0, ranges: [] };
    acks.set(batch.stream, ack);
    for (const { n } of batch.signals) take(ack, n);
    return { status: 202, body: { ack, onsite: [], settings: etag, pass: `pass-${batch.visitor}` } };
  };

  beforeEach(() => {
    vi.useFakeTimers({
      toFake: ["setTimeout", "clearTimeout", "Date", "performance", "requestAnimationFrame", "cancelAnimationFrame"],
      now: Date.UTC(2026, 10, 22, 12),
    });
    vi.spyOn(document, "hasFocus").mockImplementation(() => isFocused);
    vi.spyOn(document, "hidden", "get").mockImplementation(() => isHidden);
    vi.spyOn(document, "readyState", "get").mockReturnValue("complete");
    vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
      if (!url.endsWith("/v1/batches")) {
        asked.push(init.cache);
        return settings ? Response.json(settings, { headers: { etag: `W/"${etag}"` } }) : Response.error();
      }
      const batch = JSON.parse(init.body as string) as Batch;
      batches.push({ ...batch, keepalive: init.keepalive === true });
      const answer = reply(batch) ?? accept(batch);
      if (answer === "down") throw new TypeError("network");
      return new Response(JSON.stringify(answer.body ?? {}), { status: answer.status, headers: answer.headers ?? {} });
    });
    isFocused = true;
    isHidden = false;
  });
  afterEach(async () => {
    running?.stop();
    running = undefined;
    await pass(0);
    const all = await indexedDB.databases();
    for (const { name } of all) await erase(name as string);
    batches.length = 0;
    acks.clear();
    reply = () => undefined;
    settings = undefined;
    etag = "e";
    asked.length = 0;
    history.replaceState({}, "", "/");
    document.body.innerHTML = "";
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  const erase = async (name: string) => {
    const open = indexedDB.open(name);
    await new Promise((done) => {
      open.onsuccess = done;
    });
    const transaction = open.result.transaction("kv", "readwrite");
    transaction.objectStore("kv").clear();
    await new Promise((done) => {
      transaction.oncomplete = done;
    });
    open.result.close();
  };

  /** Lets time pass, and all that storage and network have to answer. */
  const pass = async (ms: number) => {
    for (let i = 0; i < 40; i++) await turn();
    await vi.advanceTimersByTimeAsync(ms);
    for (let i = 0; i < 40; i++) await turn();
  };

  return {
    batches,
    pass,
    signals: () => batches.flatMap((batch) => batch.signals),
    /** What was sent of one kind, without its place in the stream. */
    said: (kind: Signal["kind"]): Observed[] =>
      batches
        .flatMap((batch) => batch.signals)
        .filter((signal) => signal.kind === kind)
        .map(({ n: _n, at: _at, page: _page, ...observed }) => observed as Observed),
    answer(next: (batch: Batch) => Reply | undefined) {
      reply = next;
    },
    /** How the site's settings were asked for, each time. */
    asked,
    serve(json: unknown, tag = "e") {
      settings = json;
      etag = tag;
    },
    async start(options: Partial<Options> & Partial<Parts> & { path?: string } = {}): Promise<Cusp> {
      const { path = "/pricing", signals = everything.signals, loadLate = everything.loadLate, ...rest } = options;
      history.replaceState({}, "", path);
      running = openClient({ site: "pk_demo", edge: "https://edge.test", consent: "granted", ...rest }, { signals, loadLate });
      await pass(1);
      return running;
    },
    hide() {
      isHidden = true;
      document.dispatchEvent(new Event("visibilitychange"));
    },
    show() {
      isHidden = false;
      document.dispatchEvent(new Event("visibilitychange"));
    },
    blur() {
      isFocused = false;
      window.dispatchEvent(new Event("blur"));
    },
    focus() {
      isFocused = true;
      window.dispatchEvent(new Event("focus"));
    },
    leave: () => window.dispatchEvent(new Event("pagehide")),
    /** Leaves; all that was sent till then. */
    async leaving(): Promise<Signal[]> {
      window.dispatchEvent(new Event("pagehide"));
      await pass(0);
      return batches.flatMap((batch) => batch.signals);
    },
    async scrollTo(share: number) {
      vi.spyOn(document.documentElement, "scrollHeight", "get").mockReturnValue(innerHeight * 10);
      vi.stubGlobal("scrollY", innerHeight * (10 * share - 1));
      window.dispatchEvent(new Event("scroll"));
      await vi.advanceTimersByTimeAsync(20);
    },
    move(type: string, init: MouseEventInit) {
      document.documentElement.dispatchEvent(new MouseEvent(type, init));
    },
    /** Straight up and out of the page; said 200 ms later. */
    turnAway() {
      for (const [type, clientY] of [
        ["mousemove", 600],
        ["mousemove", 300],
        ["mouseleave", -1],
      ] as const) {
        vi.advanceTimersByTime(100);
        document.documentElement.dispatchEvent(new MouseEvent(type, { clientY }));
      }
    },
    store: async (key: string, record: unknown) => {
      const open = indexedDB.open("cusp");
      await new Promise((done) => {
        open.onsuccess = done;
      });
      const transaction = open.result.transaction("kv", "readwrite");
      transaction.objectStore("kv").put(record, key);
      await new Promise((done) => {
        transaction.oncomplete = done;
      });
      open.result.close();
    },
    stored: async (): Promise<Record<string, unknown>[]> => {
      const open = indexedDB.open("cusp");
      await new Promise((done) => {
        open.onsuccess = done;
      });
      const all = open.result.transaction("kv").objectStore("kv").getAll();
      await new Promise((done) => {
        all.onsuccess = done;
      });
      open.result.close();
      return all.result as Record<string, unknown>[];
    },
  };
}
