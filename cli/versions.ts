import type { VersionLine } from "../edge/site/answers.ts";
import { checkSiteFile } from "../edge/site/check.ts";
import type { Switches } from "../edge/site/switches.ts";
import { differences } from "./differences.ts";
import { type AtEdge, edgeCall, sitePath } from "./edge-call.ts";
import { paint } from "./paint.ts";
import { plain, plainJson } from "./plain.ts";
import { type Reach, reached, sentence } from "./push.ts";
import { Stop } from "./stop.ts";
import { wholeNumber } from "./whole-number.ts";

export interface OfSite extends AtEdge {
  site?: string | undefined;
}

/** Lists the newest versions, and what is switched off. */
export async function versions({ site, json = false, ...at }: OfSite): Promise<void> {
  const answer = await edgeCall(at).json("GET", `${sitePath(site)}/versions`);
  if (json) {
    console.log(plainJson({ ok: true, ...answer }));
    return;
  }
  const pushed = (answer.versions ?? []) as VersionLine[];
  for (const line of pushed) console.log(plain(told(line)));
  if (!pushed.length) console.log(plain(`nothing was pushed for ${site} yet`));
  const off = offNow(answer.switches as Switches | undefined);
  if (off) console.log(paint("red", off));
}

function told({ version, pushed_at, who, note, restores }: VersionLine): string {
  const how = restores === null ? note : `brings back version ${restores}${note && `: ${note}`}`;
  return `${String(version).padStart(4)}  ${new Date(Number(pushed_at)).toISOString().slice(0, 16).replace("T", " ")}  ${who}  ${how}`.trimEnd();
}

/** What is switched off, in words; undefined where nothing is. */
export function offNow({ off, triggers, destinations = [] }: Switches = { off: false, triggers: [] }): string | undefined {
  if (off) return "the site is switched off: nothing is sent";
  const all = [...triggers, ...destinations.map((name) => `the destination ${name}`)];
  return all.length ? plain(`switched off: ${all.join(", ")}`) : undefined;
}

export interface RollbackOptions extends OfSite {
  to?: string | undefined;
  note?: string | undefined;
  "dry-run"?: boolean | undefined;
}

/** Makes the file of an old version the newest, unless somebody pushes meanwhile. It is for emergencies, so only a dry run rehearses. */
export async function rollback(options: RollbackOptions, reach?: Reach): Promise<void> {
  const { site, to: said, note = "", json = false, "dry-run": dryRun, ...at } = options;
  const to = wholeNumber("--to", said);
  if (!to) throw new Stop("say which version to bring back, like --to 3; `cusp versions` lists them", 2);
  const call = edgeCall(at);
  const path = sitePath(site);
  if (dryRun) {
    const source = await call.text(`${path}/versions/${to}`);
    if (source === undefined) throw new Stop(`there is no version ${to}, or no longer; \`cusp versions\` lists those there are`);
    const { changes } = await call.json("POST", `${path}/rollback`, JSON.stringify({ to, dry_run: true }));
    const checked = checkSiteFile(source);
    const people = reach && checked.ok ? await reached(reach, checked.file, call, path) : undefined;
    if (json) console.log(plainJson({ ok: true, dry_run: true, changes, ...people }));
    else {
      if (Array.isArray(changes) && changes.length) console.log(differences(changes));
      if (people) console.log(sentence(people));
      console.log("Nothing was rolled back.");
    }
    return;
  }
  const { versions } = await call.json("GET", `${path}/versions`);
  const base = Array.isArray(versions) ? Number((versions[0] as VersionLine | undefined)?.version) || 0 : 0;
  const { version, changes } = await call.json("POST", `${path}/rollback`, JSON.stringify({ to, base, note }));
  if (json) {
    console.log(plainJson({ ok: true, version, changes }));
    return;
  }
  if (Array.isArray(changes) && changes.length) console.log(differences(changes));
  console.log(plain(`version ${Number(version)} of ${site} is the file of version ${to}`));
}
