import type { Clock } from "../../clock.ts";
import type { Deliver } from "../../destinations/deliver.ts";
import { type Env, objectName } from "../../env.ts";
import { retryAtMs } from "../../outbox/retry.ts";
import type { Sites } from "../../site/cache.ts";
import type { Destination } from "../../site/schema/messages.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import type { News } from "./breaker.ts";
import { wakeBy } from "./wake.ts";

interface Notice {
  id: string;
  news: News;
  atMs: number;
  attempt: number;
  dueAtMs: number;
  isSiteTold?: true;
  /** Somebody enabled the destination since. */
  isOver?: true;
}

interface Parts {
  storage: DurableObjectStorage;
  env: Env;
  clock: Clock;
  sites: Sites;
  deliver: Deliver;
  /** Of this destination. */
  site: string;
  name: string;
}

const keptMs = 3 * 86_400_000;
const againMs = 20_000;

/** Dead letters are never silent: the site learns that a destination fails or is disabled, and another of its destinations does. */
export function endpointNotices({ storage, env, clock, sites, deliver, site, name }: Parts) {
  const all = (): Notice[] => storage.kv.get<Notice[]>("notices") ?? [];
  const put = (notices: Notice[]): void => storage.kv.put("notices", notices);

  /** The site's audit and tail say it, and of what is disabled its switches, by which every isolate knows. */
  async function tellSite({ id, news }: Notice): Promise<void> {
    const stub = env.SITE.getByName(objectName(site, "site", site));
    const isOver = () => all().some((one) => one.id === id && one.isOver);
    if (news.what === "disabled" && !isOver()) {
      await stub.switch({ destinations: { [name]: false } }, "edge");
      if (isOver()) await stub.switch({ destinations: { [name]: true } }, "edge");
    }
    await stub.noteDelivery({
      who: "edge",
      what: news.what === "disabled" ? "endpoint_disabled" : "endpoint_failing",
      detail: textOf(news),
    });
  }

  const textOf = (news: News): string =>
    news.what === "disabled"
      ? `the destination ${name} is disabled: ${news.why}; messages for it are held until it is enabled`
      : `the destination ${name} fails since ${new Date(news.sinceMs).toISOString()}; after five days it is disabled`;

  async function tellOther(config: SiteConfig, { id, news, atMs, attempt }: Notice) {
    const other = otherOf(config, name);
    const secrets = other && (env as unknown as Record<string, unknown>)[other.secret];
    if (!other || typeof secrets !== "string") return undefined;
    const [timestamp, text] = [new Date(atMs).toISOString(), textOf(news)];
    const { live } = config.file;
    const body =
      other.url === undefined
        ? { type: "message.send", timestamp, data: { message_id: id, site, live, content: { team: { text } } } }
        : { type: `endpoint.${news.what}`, timestamp, data: { site, live, destination: name, text } };
    return await deliver(
      { destination: other, secrets, id, subscriptions: [] },
      { body: JSON.stringify(body), attempt: attempt + 1 },
    );
  }

  async function tell(notice: Notice): Promise<Notice | undefined> {
    const nowMs = clock.now();
    try {
      if (!notice.isSiteTold) await tellSite(notice);
      const config = await sites.fresh(site);
      const outcome = config && (await tellOther(config, notice));
      if (!outcome) return undefined;
      const attempt = notice.attempt + 1;
      const again = retryAtMs({ attempt, expires_at: notice.atMs + keptMs }, outcome, nowMs, Math.random());
      return again === undefined ? undefined : { ...notice, isSiteTold: true, attempt, dueAtMs: again };
    } catch {
      return nowMs - notice.atMs < keptMs ? { ...notice, dueAtMs: nowMs + againMs } : undefined;
    }
  }

  return {
    /** Kept with what it is about; told by the next alarm. */
    add(news: readonly News[]): void {
      const atMs = clock.now();
      const added = news.map((one): Notice => ({ id: `evt_${crypto.randomUUID()}`, news: one, atMs, attempt: 0, dueAtMs: atMs }));
      if (added.length) put([...all(), ...added]);
    },
    /** What was to be told says no longer that the destination is disabled. */
    enabled(): void {
      const had = all();
      if (had.length) put(had.map((one) => ({ ...one, isOver: true })));
    },
    /** Tells what is due. */
    async pass(): Promise<void> {
      for (const notice of all().filter(({ dueAtMs }) => dueAtMs <= clock.now())) {
        const left = await tell(notice);
        put(all().flatMap((one) => (one.id !== notice.id ? one : left ? { ...one, ...left } : [])));
      }
      const due = all().map(({ dueAtMs }) => dueAtMs);
      if (due.length) await wakeBy(storage, clock.systemTime(Math.min(...due)));
    },
  };
}

/** Where staff look: a destination with the channel `team`, a Slack channel too, else any other that takes webhooks. */
function otherOf({ file, switches }: SiteConfig, name: string): Destination | undefined {
  const others = Object.entries(file.destinations).filter(
    ([other, { url, vendor }]) =>
      other !== name && (url !== undefined || vendor === "slack") && !switches.destinations?.includes(other),
  );
  return (others.find(([, { channels }]) => channels.includes("team")) ?? others[0])?.[1];
}
