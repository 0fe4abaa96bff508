/** Latency at one load. */
export interface Point {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

const [width, height] = [720, 400];
const box = { left: 70, right: 690, top: 30, bottom: 340 };
const ticksMs = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000];
const timeOf = (ms: number) => (ms < 1000 ? `${ms} ms` : `${ms / 1000} s`);

/** Latency over load as a picture (SVG); time on a logarithmic scale, with the budget of 300 ms as a line. */
export function curve(points: readonly Point[]): string {
  const most = Math.max(...points.map(({ perSecond }) => perSecond));
  const slowest = Math.max(300, ...points.map(({ p99Ms }) => p99Ms));
  const ticks = ticksMs.filter((_, i) => i < 1 || (ticksMs[i - 1] ?? 0) < slowest);
  const [low, high] = [Math.log(1), Math.log(ticks.at(-1) ?? slowest)];
  const x = (perSecond: number) => (box.left + (perSecond / most) * (box.right - box.left)).toFixed(1);
  const y = (ms: number) => (box.bottom - ((Math.log(Math.max(1, ms)) - low) / (high - low)) * (box.bottom - box.top)).toFixed(1);
  const line = (of: (point: Point) => number, colour: string) =>
    `<polyline fill="none" stroke="${colour}" stroke-width="2.5" points="${points.map((point) => `${x(point.perSecond)},${y(of(point))}`).join(" ")}"/>` +
    points.map((point) => `<circle cx="${x(point.perSecond)}" cy="${y(of(point))}" r="4" fill="${colour}"/>`).join("");
  const last = points.at(-1);
  const label = (ms: number, text: string, colour: string) =>
    `<text x="${box.right - 6}" y="${Number(y(ms)) - 10}" text-anchor="end" fill="${colour}" font-weight="600">${text}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">
<title>From the batch to the webhook, by load</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${ticks.map((ms) => `<line x1="${box.left}" x2="${box.right}" y1="${y(ms)}" y2="${y(ms)}" stroke="#e3e6ea"/><text x="${box.left - 8}" y="${Number(y(ms)) + 4}" text-anchor="end" fill="#555">${timeOf(ms)}</text>`).join("\n")}
${points.map(({ perSecond }) => `<text x="${x(perSecond)}" y="${box.bottom + 20}" text-anchor="middle" fill="#555">${Math.round(perSecond)}</text>`).join("\n")}
<text x="${(box.left + box.right) / 2}" y="${box.bottom + 44}" text-anchor="middle" fill="#333">messages a second</text>
<line x1="${box.left}" x2="${box.right}" y1="${y(300)}" y2="${y(300)}" stroke="#b3261e" stroke-dasharray="6 5"/>
<text x="${box.left + 6}" y="${Number(y(300)) - 6}" fill="#b3261e">budget: 300 ms at p99</text>
${line(({ p50Ms }) => p50Ms, "#2f6f4f")}
${line(({ p99Ms }) => p99Ms, "#b36b00")}
${last ? label(last.p50Ms, "p50", "#2f6f4f") + label(last.p99Ms, "p99", "#b36b00") : ""}
</svg>
`;
}
