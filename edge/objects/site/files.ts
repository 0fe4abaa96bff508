import type { Clock } from "../../clock.ts";
import { pointerTo } from "../../pointer.ts";
import { changesBetween, type FileChange } from "../../site/changes.ts";
import { checkSiteFile, type Mistake } from "../../site/check.ts";
import type { Audit } from "./audit.ts";
import { type Hosts, strayed, withHosts } from "./hosts.ts";
import { layoutChanges, layoutsIn, layoutsText } from "./layouts.ts";
import type { Parsed } from "./parsed.ts";
import type { Versions } from "./versions.ts";

/** How a file is pushed: by whom, and on which version it is based. */
export interface Push {
  who: string;
  note: string;
  base?: number | undefined;
  dryRun?: boolean;
  /** What its layouts were compiled to, by their paths. */
  layouts?: Readonly<Record<string, string>> | undefined;
}

export type Refused = { ok: false; status: 404 | 409 | 422; detail: string; pointer?: string; mistakes?: Mistake[] };
export type Pushed = { ok: true; version: number; base: number; changes: FileChange[]; warnings: Mistake[] } | Refused;

const mistaken = (mistakes: Mistake[]): Refused => ({
  ok: false,
  status: 422,
  detail: "the site file has mistakes",
  pointer: mistakes[0]?.pointer ?? "",
  mistakes,
});

/** A mistake that shows only beside what the site has already. */
const unfit = (pointer: string, message: string): Refused => mistaken([{ line: 1, column: 1, pointer, message }]);

/** A value of the Site object's storage holds 2 MB. Only a file that repeats itself by aliases comes near. */
const maxParsedBytes = 1024 * 1024;

/** Takes files: what `cusp check` refuses is refused here too, and what does not fit the site. */
export function siteFiles(storage: DurableObjectStorage, clock: Clock, versions: Versions, parsed: Parsed, audit: Audit) {
  /** Nothing is awaited: of two pushes based on one version the second must see the first. */
  function take(key: string, source: string, push: Push, restores: number | null): Pushed {
    const { who, note, base: basedOn, dryRun = false } = push;
    const checked = checkSiteFile(source, push.layouts ?? {});
    if (!checked.ok) return mistaken(checked.mistakes);
    const { file, warnings } = checked;
    if (file.site !== key) return unfit("/site", "this is the file of another site");
    if (new TextEncoder().encode(JSON.stringify(file)).length > maxParsedBytes)
      return unfit(
        "",
        "with its layouts, and all repetitions written out, the file is larger than 1 MiB; repeat less by `*aliases`",
      );
    const newest = versions.newest();
    const base = newest?.version ?? 0;
    if (basedOn !== undefined && basedOn !== base) return { ok: false, status: 409, detail: outOfStep(basedOn, base) };
    const layouts = layoutsText(file.layouts);
    if (newest?.source === source && newest.layouts === layouts) return { ok: true, version: base, base, changes: [], warnings };

    const hosts = storage.kv.get<Hosts>("hosts") ?? {};
    const stray = strayed(hosts, file.destinations);
    if (stray !== undefined) {
      const bound = `the secret ${file.destinations[stray]?.secret} is bound to the host it was first used with`;
      return unfit(pointerTo(["destinations", stray, "url"]), `${bound}; name another secret for this host`);
    }
    const version = base + 1;
    const changes = newest
      ? [...changesBetween(newest.source, source), ...layoutChanges(layoutsIn(newest.layouts), file.layouts ?? {})]
      : [];
    const now = clock.now();
    const what = restores === null ? "push" : "rollback";
    const detail = restores === null ? note : `to ${restores}${note && `: ${note}`}`;
    if (!dryRun)
      storage.transactionSync(() => {
        storage.kv.put("hosts", withHosts(hosts, file.destinations));
        versions.add({ version, source, layouts, pushed_at: now, who, note, restores });
        audit.add(now, { who, what, version, detail });
        parsed.keep(version, file);
      });
    return { ok: true, version, base, changes, warnings };
  }

  return {
    push: (key: string, source: string, push: Push): Pushed => take(key, source, push, null),
    /** A new version with the file of an old one, which must still hold. */
    rollback(key: string, to: number, push: Push): Pushed {
      const old = versions.one(to);
      if (!old) return { ok: false, status: 404, detail: `there is no version ${to}, or no longer` };
      return take(key, old.source, { ...push, layouts: layoutsIn(old.layouts) }, to);
    },
  };
}

const outOfStep = (basedOn: number, newest: number): string =>
  `your file is based on version ${basedOn}, and the newest is ${newest}: read it, bring its changes into your file, and push again based on ${newest}`;
