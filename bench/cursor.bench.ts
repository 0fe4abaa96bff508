import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { type Firing, type Recorded, replay, viewport } from "./cursor/pointer-visit.ts";
import { scriptedExits, scripts } from "./cursor/scripted-exits.ts";
import { percentile, round, table } from "./figures.ts";

/** False firings an active hour of the rule most scripts have, as published with the recordings. */
const commonRulePerHour = 39.4;
const hourMs = 3_600_000;
/** An exit noticed later is too late. */
const withinMs = 300;
const scriptedPerGroup = 2000;

/** Each session's events, in the order of time. */
function readSessions(folder: string): Recorded[][] {
  const file = path.join(folder, "cursor_dev_events.csv.gz");
  if (!existsSync(file)) throw new Error(`there are no recordings at ${file}; --data PATH names their folder`);
  const sessions = new Map<string, Recorded[]>();
  for (const line of gunzipSync(readFileSync(file)).toString().trim().split("\n").slice(1)) {
    const [, session = "", ms, type = "", x, y] = line.split(",");
    const events = sessions.get(session) ?? [];
    sessions.set(session, events);
    events.push({ ms: Number(ms), type, x: Number(x), y: Number(y) });
  }
  return [...sessions.values()];
}

/** Leaving over the top, and doing so at more than 0.5 px/ms upwards over the last 200 ms: the ground to compare with. */
function simpleRules(events: readonly Recorded[]): { any: number; fast: number } {
  const moves = events.filter(({ type }) => !type.startsWith("wheel"));
  let [any, fast, back] = [0, 0, 0];
  for (const [i, { ms, y }] of moves.entries()) {
    const before = moves[i - 1];
    if (!before || y >= viewport.topPx || before.y < viewport.topPx) continue;
    while (back < i - 1 && ms - (moves[back + 1] as Recorded).ms >= 200) back++;
    const from = moves[back] as Recorded;
    any++;
    if ((from.y - y) / Math.max(1, ms - from.ms) > 0.5) fast++;
  }
  return { any, fast };
}

/** Real cursors of people who are not leaving, and scripted ones that are, through the SDK's own observer and score. */
export function run(rest: string[]): Promise<object> {
  const { values } = parseArgs({ args: rest, options: { data: { type: "string" } } });
  if (!values.data) throw new Error("it replays recordings that are not part of the project; --data PATH names their folder");
  const sessions = readSessions(values.data);
  const hours = sessions.reduce((sum, events) => sum + ((events.at(-1)?.ms ?? 0) - (events[0]?.ms ?? 0)), 0) / hourMs;
  const perHour = (count: number) => round(count / hours);

  const rules = sessions.map(simpleRules);
  const firings = sessions.flatMap(replay);
  const onPage = (name: Firing["on"][number]) => perHour(firings.filter(({ on }) => on.includes(name)).length);
  const figures = {
    any_speed_per_hour: perHour(rules.reduce((sum, { any }) => sum + any, 0)),
    common_rule_per_hour: perHour(rules.reduce((sum, { fast }) => sum + fast, 0)),
    signals_per_hour: perHour(firings.length),
    moments_per_hour: onPage("ordinary"),
    moments_per_hour_key: onPage("key"),
    moments_per_hour_money: onPage("money"),
  };
  console.log(`${sessions.length} sessions, ${round(hours, 1)} active hours in which nobody leaves: every firing is false\n`);
  table(
    Object.entries({
      "over the top, at any speed": figures.any_speed_per_hour,
      "the common rule, as replayed here": figures.common_rule_per_hour,
      "the common rule, as published": commonRulePerHour,
      "exit_intent signals": figures.signals_per_hour,
      "exit moments, ordinary page": figures.moments_per_hour,
      "exit moments, key page": figures.moments_per_hour_key,
      "exit moments, money page": figures.moments_per_hour_money,
    }).map(([rule, count]) => ({ rule, "an active hour": count, "of the common": round(count / commonRulePerHour, 3) })),
  );

  const groups = Object.entries(scripts).map(([group, script]) => {
    const exits = scriptedExits(script, scriptedPerGroup);
    const seen = exits.map(({ events, leftMs }) =>
      replay(events).find(({ atMs }) => atMs >= leftMs && atMs <= leftMs + withinMs),
    );
    const afterMs = seen.flatMap((firing, i) => (firing ? [firing.atMs - (exits[i]?.leftMs ?? 0)] : []));
    const share = (name: Firing["on"][number]) =>
      round(seen.filter((firing) => firing?.on.includes(name)).length / exits.length, 3);
    return {
      "scripted exits": group,
      "px/ms": script.speed.join("–"),
      "quiet, s": [...new Set(script.quietMs)].map((ms) => ms / 1000).join("–"),
      signals: round(afterMs.length / exits.length, 3),
      ordinary: share("ordinary"),
      key: share("key"),
      money: share("money"),
      "p95, ms": round(percentile(afterMs, 0.95), 0),
    };
  });
  table(groups);
  const [fast, slow, busy] = groups;
  return Promise.resolve({
    ...figures,
    ratio: round(figures.moments_per_hour / commonRulePerHour, 3),
    recall: fast?.ordinary,
    recall_slow: slow?.ordinary,
    recall_busy: busy?.ordinary,
    recall_busy_key: busy?.key,
    recall_busy_money: busy?.money,
    within_ms_p95: fast?.["p95, ms"],
  });
}
