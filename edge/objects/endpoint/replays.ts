import type { Clock } from "../../clock.ts";
import { mayDouble } from "../../destinations/vendors.ts";
import type { Env } from "../../env.ts";
import type { LogEntry } from "../../outbox/log-entry.ts";
import { freshMs, type Sites } from "../../site/cache.ts";
import { objectOfMessage } from "../person/names.ts";
import type { Replayed } from "../person/replays.ts";
import type { EndpointLog } from "./log.ts";
import type { endpointRate } from "./rate.ts";
import { wakeBy } from "./wake.ts";

interface Parts {
  storage: DurableObjectStorage;
  env: Env;
  clock: Clock;
  sites: Sites;
  /** Of this destination. */
  site: string;
  name: string;
  log: EndpointLog;
  rate: ReturnType<typeof endpointRate>;
  note: (entry: LogEntry) => void;
}

const atOnce = 10;
const perAlarm = 100;
const releasedAtOnce = 200;
const not = (why: string): Replayed => ({ ok: false, why });
const mayBeSent = "its answer was lost: it may have been sent, and its vendor would send it twice";

/** Messages that go out once more: one at once, many one after the other by the alarm, so that none is forgotten. */
export function endpointReplays({ storage, env, clock, sites, site, name, log, rate: leased, note }: Parts) {
  const { sql } = storage;
  const queue = (): SqlStorage => {
    sql.exec("CREATE TABLE IF NOT EXISTS replays (id TEXT PRIMARY KEY, why TEXT)");
    return sql;
  };

  /** The person's object, by the id of one of their messages. */
  function personOf(messageId: string) {
    const object = objectOfMessage(messageId);
    return object === undefined ? undefined : env.PERSON.get(env.PERSON.idFromString(object));
  }

  async function destination() {
    const { destinations = {} } = (await sites.fresh(site))?.file ?? {};
    return Object.hasOwn(destinations, name) ? destinations[name] : undefined;
  }

  async function replay(id: string): Promise<Replayed> {
    const to = await destination();
    if (to && mayDouble(to) && log.stateOf(id) === "delivered")
      return not("it was delivered, and its vendor would send it twice");
    const person = personOf(id);
    const attempt = (log.one(id)?.attempts ?? 0) + 1;
    const replayed = person ? await person.replay(id, attempt) : not("it was no message to a person");
    if (replayed.ok) note(replayed.entry);
    return replayed;
  }

  /** Where it must not be sent twice it is written down before: an object that dies on the way leaves it at that. */
  async function oneOf(id: string, isOnce: boolean): Promise<void> {
    const say = (why: string) => sql.exec("UPDATE replays SET why = ? WHERE id = ?", why, id);
    if (isOnce) say(mayBeSent);
    const replayed = await replay(id).catch(() => not(isOnce ? mayBeSent : "its person could not be asked"));
    if (replayed.ok) sql.exec("DELETE FROM replays WHERE id = ?", id);
    else say(replayed.why);
  }

  /** Lets go what is held. @returns how many went, and whether there are more */
  async function release(): Promise<{ released: number; more: boolean }> {
    const held = log.page({ state: "held", limit: releasedAtOnce });
    const released = await Promise.all(
      held.map(async ({ id }) => {
        const isReleased = (await personOf(id)?.release(id)) ?? false;
        log.put(id, isReleased ? "again" : "stopped"); // what is not held any more was taken back meanwhile
        return isReleased ? 1 : 0;
      }),
    );
    return { released: released.reduce<number>((sum, one) => sum + one, 0), more: held.length === releasedAtOnce };
  }

  /** Lets go what was held by whoever did not know yet that the destination is enabled. */
  async function releaseStrays(): Promise<void> {
    const lookAtMs = storage.kv.get<number>("strays");
    if (lookAtMs === undefined) return;
    if (Date.now() < lookAtMs) {
      await wakeBy(storage, lookAtMs);
      return;
    }
    const config = await sites.fresh(site);
    const isOff = !config || config.switches.destinations?.includes(name);
    if (!isOff && (await release()).more) await wakeBy(storage, Date.now());
    else storage.kv.delete("strays");
  }

  return {
    replay,
    release,
    /** Something was held here though the destination is enabled: it is looked after once every isolate knows that. */
    async strayed(): Promise<void> {
      if (storage.kv.get("strays") === undefined) storage.kv.put("strays", Date.now() + freshMs);
      await wakeBy(storage, Date.now() + freshMs);
    },
    /** @returns how many will be sent */
    later(ids: readonly string[]): number {
      queue().exec("DELETE FROM replays WHERE why IS NOT NULL"); // what was refused before is asked anew, or asked for no more
      for (const id of ids) queue().exec("INSERT OR IGNORE INTO replays VALUES (?, NULL)", id);
      return ids.length;
    },
    /** How many wait, and of those that could not be sent lately why not. */
    left(): { waiting: number; refused: Record<string, number> } {
      const rows = queue()
        .exec<{ why: string | null; n: number }>("SELECT why, count(*) AS n FROM replays GROUP BY why")
        .toArray();
      const refused = rows.flatMap(({ why, n }): [string, number][] => (why === null ? [] : [[why, n]]));
      return { waiting: rows.find(({ why }) => why === null)?.n ?? 0, refused: Object.fromEntries(refused) };
    },
    /** Sends some of those that wait, as many as the destination's rate allows. */
    async pass(): Promise<void> {
      await releaseStrays();
      const waiting = queue()
        .exec<{ id: string }>("SELECT id FROM replays WHERE why IS NULL LIMIT ?", perAlarm + 1)
        .toArray();
      if (!waiting.length) return;
      const to = await destination();
      const want = Math.min(perAlarm, waiting.length);
      const lease = to?.rate && leased(want, to.rate);
      const ids = waiting.slice(0, lease?.granted ?? want).map(({ id }) => id);
      const isOnce = to !== undefined && mayDouble(to);
      for (let from = 0; from < ids.length; from += atOnce)
        await Promise.all(ids.slice(from, from + atOnce).map((id) => oneOf(id, isOnce)));
      if (waiting.length > ids.length)
        await wakeBy(storage, ids.length < want && lease ? clock.systemTime(lease.moreAtMs) : Date.now());
    },
  };
}
