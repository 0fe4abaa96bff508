import { DurableObject } from "cloudflare:workers";
import type { Clock } from "../clock.ts";
import type { Env } from "../env.ts";
import { checkSiteFile, type Mistake } from "../site/check.ts";

export type Pushed = { ok: true; version: number } | { ok: false; mistakes: Mistake[] };

/** The truth of one site: its file, version by version, which host each secret is bound to, and the budget for new visitors. */
export interface SiteObject extends Rpc.DurableObjectBranded {
  read(known: number): { version: number; source?: string } | null;
  push(key: string, source: string): Pushed;
  admit(want: number, max: number, perMs: number): { granted: number; untilMs: number };
}

const refused = (pointer: string, message: string): Pushed => ({
  ok: false,
  mistakes: [{ line: 1, column: 1, pointer, message }],
});

interface Window {
  startMs: number;
  used: number;
}

export const siteObject = (clock: Clock) =>
  class Site extends DurableObject<Env> implements SiteObject {
    #sql = this.ctx.storage.sql;
    #kv = this.ctx.storage.kv;

    #newest(): { version: number; source: string } | undefined {
      this.#sql.exec("CREATE TABLE IF NOT EXISTS versions (version INTEGER PRIMARY KEY, source TEXT, pushed_at INTEGER)");
      return this.#sql
        .exec<{ version: number; source: string }>("SELECT version, source FROM versions ORDER BY version DESC LIMIT 1")
        .toArray()[0];
    }

    /** The newest file; without its source when `known` is that version already; null when none was pushed. */
    read(known: number): { version: number; source?: string } | null {
      const newest = this.#newest();
      if (!newest) return null;
      return newest.version === known ? { version: known } : newest;
    }

    push(key: string, source: string): Pushed {
      const checked = checkSiteFile(source);
      if (!checked.ok) return checked;
      if (checked.file.site !== key) return refused("/site", "this is the file of another site");
      const newest = this.#newest();
      if (newest?.source === source) return { ok: true, version: newest.version };

      const hosts = this.#kv.get<Record<string, string>>("hosts") ?? {};
      for (const [name, { secret, url }] of Object.entries(checked.file.destinations)) {
        const { host } = new URL(url);
        if (hosts[secret] !== undefined && hosts[secret] !== host) {
          const message = `the secret ${secret} is bound to the host it was first used with; name another secret for this host`;
          return refused(`/destinations/${name}/url`, message);
        }
        hosts[secret] = host;
      }
      const version = (newest?.version ?? 0) + 1;
      this.ctx.storage.transactionSync(() => {
        this.#kv.put("hosts", hosts);
        this.#sql.exec("INSERT INTO versions VALUES (?, ?, ?)", version, source, clock.now());
      });
      return { ok: true, version };
    }

    /** Grants up to `want` new visitors of the `max` that one window of `perMs` may bring. */
    admit(want: number, max: number, perMs: number): { granted: number; untilMs: number } {
      const now = clock.now();
      const had = this.#kv.get<Window>("window");
      const window = had && now >= had.startMs && now < had.startMs + perMs ? had : { startMs: now, used: 0 };
      const granted = Math.max(0, Math.min(want, max - window.used));
      if (granted > 0) this.#kv.put("window", { startMs: window.startMs, used: window.used + granted } satisfies Window);
      return { granted, untilMs: window.startMs + perMs };
    }
  };
