import { armsOf, siteOf, targetOf } from "./arms.ts";
import type { Found, Rule, Site } from "./rule.ts";

/** What an experiment tries out is there, changed by it alone, and by each arm in another way. */
export function* experiments({ file }: Site): Generator<Found> {
  const changedBy = new Map<string, string>();
  for (const [name, { patch }] of Object.entries(file.experiments)) {
    const path = ["experiments", name, "patch"];
    const led = targetOf(file, patch);
    const other = changedBy.get(patch);
    if ("message" in led) yield { path, message: led.message };
    else if (other)
      yield { path, message: `\`${other}\` tries out changes of \`${patch}\` already; let one end before the other begins` };
    changedBy.set(patch, name);
  }
  const made = new Map<string, string>();
  for (const { path, experiment, piece, set, found } of armsOf(file)) {
    yield* found;
    if (found.length) continue;
    const key = `${experiment} ${piece ? canonical(piece) : "nothing"}`;
    const same = made.get(key);
    const name = String(path.at(-1));
    if (same)
      yield {
        path,
        onKey: true,
        message: `arm \`${name}\` does the same as arm \`${same}\`: nothing can be learnt from two that are equal`,
      };
    else made.set(key, name);
    if (!piece && Object.keys(set).length > 1)
      yield { path: [...path, "set"], message: "an arm that sends nothing has nothing else to set; leave only `send: nothing`" };
  }
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );

/** The same rules hold in every arm: what an arm breaks, beyond what is `known` to be broken anyway, is told where it is set. */
export function* inArms(site: Site, rules: readonly Rule[], known: readonly Found[]): Generator<Found> {
  const told = new Set(known.map((one) => JSON.stringify(one)));
  for (const arm of armsOf(site.file)) {
    if (!arm.piece || arm.found.length) continue;
    const there = siteOf(arm, site);
    for (const one of rules.flatMap((rule) => [...rule(there)])) {
      if (told.has(JSON.stringify(one))) continue;
      const inPiece = one.path.join().startsWith(`${arm.target.join()},`) ? one.path.slice(arm.target.length) : [];
      if (inPiece[0] !== undefined && inPiece[0] in arm.set) yield { ...one, path: [...arm.path, "set", ...inPiece] };
      else yield { path: arm.path, onKey: true, message: `in this arm: ${one.message}`, ...(one.warning && { warning: true }) };
    }
  }
}
