import type { Signal } from "../../contract/signals.ts";
import type { Batch } from "../../contract/wire.ts";
import fiveJobs from "../../demo-site/five-jobs.yaml?raw";
import { follow, nextDueMs } from "../journey/follow.ts";
import type { Line, Sending } from "../journey/run.ts";
import type { OptIn, Reach } from "../profile/reach.ts";
import { newProfile, type Profile, settleWatches, takeBatch } from "../profile/state.ts";
import { checkSiteFile } from "../site/check.ts";
import { compileSite, type SiteConfig } from "../site/site-config.ts";

/** The five jobs, with everything taken by webhooks of the site's own. */
export const jobs = (change: (yaml: string) => string = (yaml) => yaml): string => {
  const own = fiveJobs.replace(/vendor: (\w+),( mode: \w+,)?/g, 'url: "https://$1.tool.example/hook",');
  return change(own.replace("channels: [chat]", "channels: [chat, onsite]"));
};

export async function siteOf(yaml: string, version = 1): Promise<SiteConfig> {
  const checked = checkSiteFile(yaml);
  if (!checked.ok) throw new Error(checked.mistakes.map(({ line, message }) => `${line}: ${message}`).join("\n"));
  return await compileSite(version, checked.file);
}

/** Noon in Paris on a Monday, when nobody is spared anything. */
export const noonMs = Date.UTC(2026, 10, 23, 11);

export type Unplaced = Signal extends infer S
  ? S extends Signal
    ? Omit<S, "n" | "page" | "at"> & { at?: number; page?: string }
    : never
  : never;

/** Somebody whom the site's server vouches for, and who may be written to by every channel. */
export const vouched = (person: string, atMs: number): { user: string; reach: Required<Reach> } => {
  const optIn: OptIn = { status: "granted", atMs, source: "checkout" };
  return {
    user: person,
    reach: {
      email: { address: "somebody@mail.example", by: "known", optIn },
      sms: { address: "+33612345678", by: "known", optIn },
      push: { by: "known", optIn },
    },
  };
};

/**
 * One person and the engine, without a network or a clock. What is kept between two steps is JSON, as in the row.
 * @param known what is known of the person, over what is in the profile of somebody new; `{}` for nobody known
 */
export function somebody(
  site: SiteConfig,
  person = "somebody",
  fromMs = noonMs,
  known: Partial<Profile> = vouched(person, fromMs),
) {
  const stream = { id: "st1", n: 0 };
  const session = { id: "s1", started_at: fromMs, number: 1 };
  const me = {
    site,
    nowMs: fromMs,
    profile: { ...newProfile("pk_demo", person, fromMs), ...structuredClone(known) } as Profile,
    lines: [] as Line[],
    sent: [] as (Sending & { atMs: number })[],
    follow(risen: Parameters<typeof follow>[2] = []): void {
      const { sendings, lines } = follow(me.site, me.profile, risen, me.nowMs);
      me.sent.push(...sendings.map((sending) => ({ ...sending, atMs: me.nowMs })));
      me.lines.push(...lines);
      me.profile = JSON.parse(JSON.stringify(me.profile)) as Profile;
    },
    /** Signals as of now, or `at` ms after now; then it is the time of the last of them. */
    does(...signals: Unplaced[]): void {
      const placed = signals.map(
        ({ at = 0, ...signal }) => ({ page: "p1", ...signal, n: ++stream.n, at: me.nowMs + at }) as Signal,
      );
      me.nowMs = Math.max(me.nowMs, ...placed.map(({ at }) => at));
      const batch: Batch = {
        v: 1,
        site: "pk_demo",
        visitor: "v",
        stream: stream.id,
        session,
        sent_at: me.nowMs,
        consent: "granted",
        signals: placed,
      };
      const taken = takeBatch(me.profile, batch, me.nowMs, me.site);
      if (!taken.ok) throw new Error(taken.detail);
      me.follow(taken.risen);
    },
    dueMs: () => Math.min(nextDueMs(me.profile), ...me.profile.watches.map(({ dueAtMs }) => dueAtMs)),
    rings(): void {
      me.follow(settleWatches(me.profile, me.nowMs, me.site.scoring));
    },
    /** Time goes by, and the alarm rings whenever something is due. */
    waits(ms: number): void {
      const untilMs = me.nowMs + ms;
      while (me.dueMs() <= untilMs) {
        me.nowMs = Math.max(me.nowMs, me.dueMs());
        me.rings();
      }
      me.nowMs = untilMs;
    },
    /** Comes back with nothing of the session before. */
    returns(): void {
      Object.assign(session, { id: `s${session.number + 1}`, started_at: me.nowMs, number: session.number + 1 });
      Object.assign(stream, { id: `st${session.number}`, n: 0 });
    },
    said: () => me.lines.map(({ what, step, gate }) => [what, step, gate].filter((one) => one).join(" ")),
    told: () => me.sent.map(({ step, channel, atMs }) => `${step.id} by ${channel} after ${(atMs - fromMs) / 1000} s`),
  };
  return me;
}
