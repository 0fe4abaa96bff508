import { type Recorded, viewport } from "./pointer-visit.ts";

/**
 * Pointers that leave, by published parameters: from anywhere in the page (at least 150 px below its top and 100 px from its sides)
 * straight to anywhere on the tab strip and the bars (5–90 px above the page), along a minimum-jerk profile
 * `10τ³ − 15τ⁴ + 6τ⁵` whose mean speed is drawn evenly from `speed`, seen 60 times a second with 1 px of noise (normal). Half of them
 * wander before, in three such moves at 0.2–1 px/ms. The visitor's last input was `quietMs` before the exit begins.
 */
export interface Script {
  /** Mean along the way, in px/ms. */
  speed: [from: number, to: number];
  quietMs: [from: number, to: number];
}

export const scripts: Record<"fast" | "slow" | "busy", Script> = {
  fast: { speed: [1, 3], quietMs: [10_000, 10_000] },
  slow: { speed: [0.3, 1], quietMs: [10_000, 10_000] },
  busy: { speed: [1, 3], quietMs: [1000, 8000] },
};

const frameMs = 1000 / 60;

/** mulberry32: the same exits on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The events of one exit, and when the pointer is first seen above the page. */
export function scriptedExits({ speed, quietMs }: Script, count: number, seed = 1): { events: Recorded[]; leftMs: number }[] {
  const random = randomFrom(seed);
  const between = ([from, to]: readonly [number, number]) => from + (to - from) * random();
  const noise = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const inPage = () => ({
    x: between([100, viewport.width - 100]),
    y: viewport.topPx + between([150, viewport.height - 30]),
  });

  return Array.from({ length: count }, () => {
    let at = inPage();
    const quiet = between(quietMs);
    // A click far enough back that the page had begun long before.
    const events: Recorded[] = [
      { ms: 0, type: "mousemove", ...at },
      { ms: 20_000, type: "mousedown", ...at },
    ];
    const exitMs = 20_000 + quiet;
    const move = (to: { x: number; y: number }, pxPerMs: number, fromMs: number) => {
      const lengthMs = Math.hypot(to.x - at.x, to.y - at.y) / pxPerMs;
      for (let ms = random() * frameMs; ms < lengthMs + frameMs; ms += frameMs) {
        const t = Math.min(1, ms / lengthMs);
        const share = t ** 3 * (10 - 15 * t + 6 * t * t);
        const x = at.x + (to.x - at.x) * share + noise();
        events.push({ ms: fromMs + ms, type: "mousemove", x, y: at.y + (to.y - at.y) * share + noise() });
      }
      at = to;
      return fromMs + lengthMs + frameMs;
    };
    if (random() < 0.5)
      for (let i = 0, ms = 20_000 + quiet * 0.1; i < 3 && ms < exitMs - 3000; i++)
        ms = move(inPage(), between([0.2, 1]), ms) + quiet * 0.1;
    const wanderedMs = events.at(-1)?.ms ?? 0;
    move(
      { x: between([60, viewport.width - 60]), y: viewport.topPx - between([5, 90]) },
      between(speed),
      Math.max(exitMs, wanderedMs),
    );
    const leftMs = events.find(({ y }) => y < viewport.topPx)?.ms ?? 0;
    return { events, leftMs };
  });
}
