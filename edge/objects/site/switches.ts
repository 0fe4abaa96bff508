import type { Clock } from "../../clock.ts";
import { pointerTo } from "../../pointer.ts";
import type { SiteFile } from "../../site/schema/site-file.ts";
import { type Switches, type SwitchOrder, switched } from "../../site/switches.ts";
import type { Audit } from "./audit.ts";
import type { Refused } from "./files.ts";
import type { Parsed } from "./parsed.ts";

export type Switched = { ok: true; switches: Switches } | Refused;

/** The site and its triggers, off and on. No version is made: whatever is pushed meanwhile, a switch stays as it was put. */
export function siteSwitches(storage: DurableObjectStorage, clock: Clock, parsed: Parsed, audit: Audit) {
  const now = (): Switches => storage.kv.get<Switches>("switches") ?? { off: false, triggers: [] };
  return {
    now,
    async put(order: SwitchOrder, who: string): Promise<Switched> {
      const newest = await parsed.newest();
      if (!newest) return { ok: false, status: 404, detail: "no site file was pushed under that key" };
      const file = newest.file === null ? undefined : (JSON.parse(newest.file) as SiteFile);
      const before = now();
      const isKnown = (name: string) => !file || Object.hasOwn(file.triggers, name) || before.triggers.includes(name);
      const unknown = Object.keys(order.triggers ?? {}).find((name) => !isKnown(name));
      const destinations = {
        ...file?.destinations,
        ...Object.fromEntries((before.destinations ?? []).map((name) => [name, true])),
      };
      if (file && Object.keys(order.destinations ?? {}).some((name) => !Object.hasOwn(destinations, name)))
        return { ok: false, status: 404, detail: `version ${newest.version} has no destination of that name` };
      if (unknown !== undefined)
        return {
          ok: false,
          status: 422,
          detail: `version ${newest.version} has no trigger of that name`,
          pointer: pointerTo(["triggers", unknown]),
        };
      const switches = switched(before, order);
      storage.transactionSync(() => {
        storage.kv.put("switches", switches);
        audit.add(clock.now(), { who, what: "switch", version: newest.version, detail: described(order) });
      });
      return { ok: true, switches };
    },
  };
}

const described = ({ off, triggers = {}, destinations = {} }: SwitchOrder): string =>
  [
    ...(off === undefined ? [] : [`the site ${off ? "off" : "on"}`]),
    ...Object.entries(triggers).map(([name, on]) => `${name} ${on ? "on" : "off"}`),
    ...Object.entries(destinations).map(([name, on]) => `the destination ${name} ${on ? "enabled" : "disabled"}`),
  ].join(", ");
