import type { Signal } from "../../contract/signals.ts";
import type { Batch, OnsiteMessage } from "../../contract/wire.ts";
import { nextDueMs } from "../journey/follow.ts";
import { type Event, heed } from "../journey/heed.ts";
import type { Line } from "../journey/run.ts";
import { messagesNow } from "../objects/person/messages.ts";
import { heedPage, offersNow } from "../objects/person/page.ts";
import { gaveWay } from "../objects/person/takeover.ts";
import { merge } from "../profile/merge.ts";
import { newProfile, type Profile, type Risen, settleWatches, takeBatch } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import { type Unplaced, vouched } from "../test/somebody.ts";
import { ofPage, ofWebhook, onOffer, type Said } from "./said.ts";

export interface Told extends Line {
  who: string;
  turn: number;
}

interface Person {
  profile: Profile;
  /** Since which turn they are known to be the user `u`. */
  movedIn?: number;
}

/** One document of one browser. Batches are made at once, and come whenever and as often as they come. */
interface Device {
  who: string;
  /** How far its clock is ahead. */
  aheadMs: number;
  stream: { id: string; n: number };
  session: Batch["session"];
  batches: { batch: Batch; isDue: boolean }[];
}

/** A person's object as far as it decides: people who have devices, a clock that may be set, and all that ever left. What is kept between two steps is JSON. */
export function openWorld(config: SiteConfig, fromMs: number) {
  let person = 0;
  const newPerson = (who: string, known: Partial<Profile>): Person => {
    // Ids of messages and runs are unlike those of everybody else, as the seconds of their first visits are.
    const profile = { ...newProfile("pk_demo", who, fromMs), ...known };
    profile.seq += 1_000_000 * ++person;
    return { profile };
  };
  const people: Record<string, Person> = { u: newPerson("u", vouched("u", fromMs)) };
  const devices: Device[] = [];
  const world = {
    config,
    nowMs: fromMs,
    reachedMs: fromMs,
    turn: 0,
    people,
    devices,
    said: [] as Said[],
    told: [] as Told[],
    /** What was on offer in a reply, and when. */
    offered: [] as { who: string; atMs: number; turn: number; message: OnsiteMessage }[],
    /** Messages of which a tool said that they did not get there: another channel may. */
    failed: new Set<string>(),
    /** Messages that reached nobody, and since which turn that is known. */
    lost: new Map<string, number>(),
    /** Runs that gave way to another when a visitor became known. */
    /** And in which turn the edge came to know of it. A page tells of one order, however often. */
    purchases: [] as { who: string; order: string; atMs: number; turn: number }[],

    device(who: string, aheadMs = 0): void {
      const at = devices.length;
      people[who] ??= newPerson(who, {});
      devices.push({
        who,
        aheadMs,
        stream: { id: `st${at}`, n: 0 },
        session: { id: `d${at}s1`, started_at: world.nowMs, number: 1 },
        batches: [],
      });
    },
    /** Signals as of now, `at` ms apart; they come when `delivers` brings them. */
    does(device: Device, signals: readonly Unplaced[], time_zone?: string): Device["batches"][number] {
      const placed = signals.map(
        ({ at = 0, ...signal }) =>
          ({ page: "p1", ...signal, n: ++device.stream.n, at: world.nowMs + device.aheadMs + at }) as Signal,
      );
      world.nowMs += Math.max(0, ...signals.map(({ at = 0 }) => at));
      const { id: stream } = device.stream;
      const session = { ...device.session };
      const batch: Batch = {
        v: 1,
        site: "pk_demo",
        visitor: "v",
        stream,
        session,
        sent_at: 0,
        consent: "granted",
        signals: placed,
      };
      const made = { batch: { ...batch, ...(time_zone !== undefined && { context: { time_zone } }) }, isDue: true };
      device.batches.push(made);
      return made;
    },
    /** One of a device's batches, whether or not it came before. */
    delivers(device: Device, one: Device["batches"][number]): void {
      one.isDue = false;
      const { who, aheadMs } = device;
      const batch = { ...structuredClone(one.batch), sent_at: world.nowMs + aheadMs };
      act(who, (profile) => {
        const taken = takeBatch(profile, batch, world.nowMs, config);
        if (!taken.ok) throw new Error(taken.detail);
        for (const { kind, at, page } of one.batch.signals) {
          const order = `${one.batch.session.id} ${page}`;
          if (kind === "purchase" && !world.purchases.some((had) => had.order === order))
            world.purchases.push({ who, order, atMs: Math.min(at - aheadMs, world.nowMs), turn: world.turn });
        }
        say(who, heedPage(config, profile, taken.answers, idOf(who), world.nowMs));
        return taken.risen;
      });
      const reply = offersNow(config, (people[who] as Person).profile, world.nowMs);
      for (const message of reply) world.offered.push({ who, atMs: world.nowMs, turn: world.turn, message });
    },
    returns(device: Device): void {
      const at = devices.indexOf(device);
      const number = device.session.number + 1;
      device.session = { id: `d${at}s${number}`, started_at: world.nowMs, number };
      device.stream = { id: `st${at}-${number}`, n: 0 };
    },
    rings(who: string): void {
      act(who, (profile) => settleWatches(profile, world.nowMs, config.scoring));
    },
    hears({ who: sentBy, id }: Said, what: Exclude<Event["what"], "not_sent">): void {
      const who = world.home(sentBy);
      act(who, (profile) => {
        const seq = seqOf(who, profile, id);
        if (seq === undefined) return [];
        say(who, heed(config, profile, { what, seq } as Event, world.nowMs));
        if (what === "bounced")
          world.failed.add(id); // it had arrived somewhere, and counts
        else if (!isAnswer(what)) loses(id);
        return [];
      });
    },
    /** A visitor becomes known as the user `u`. */
    merges(device: Device): void {
      const { who } = device;
      const visitor = people[who];
      if (!visitor || who === "u") return;
      act("u", (profile) => {
        const rankOf = (name: string) => config.triggers.find((trigger) => trigger.name === name);
        const merging = { visitor: who, messageId: idOf(who), rankOf, nowMs: world.nowMs };
        const { ended } = merge(profile, { profile: visitor.profile, rows: [] }, merging);
        world.told.push(...ended.map((run) => ({ ...gaveWay(run, world.nowMs), who: "u", turn: world.turn })));
        return [];
      });
      visitor.movedIn = world.turn;
      for (const one of devices) if (one.who === who) one.who = "u";
    },
    /** Where somebody is now. */
    home: (who: string): string => (people[who]?.movedIn === undefined ? who : "u"),
    /** Those who are known to be one person by a turn. */
    together: (who: string, turn: number): string[] =>
      who !== "u" ? [who] : Object.keys(people).filter((one) => one === "u" || (people[one]?.movedIn ?? Infinity) <= turn),
    /** Those who are no part of somebody else yet. */
    awake: (): string[] => Object.keys(people).filter((who) => people[who]?.movedIn === undefined),
    dueMs: (who: string): number => {
      const { profile } = people[who] as Person;
      return Math.min(nextDueMs(profile), ...profile.watches.map(({ dueAtMs }) => dueAtMs));
    },
    /** Time goes by, and every alarm rings when something is due. */
    waits(ms: number): void {
      const untilMs = world.nowMs + ms;
      for (;;) {
        const next = world.awake().sort((a, b) => world.dueMs(a) - world.dueMs(b))[0] as string;
        if (world.dueMs(next) > untilMs) break;
        world.nowMs = Math.max(world.nowMs, world.dueMs(next));
        world.rings(next);
      }
      world.nowMs = untilMs;
    },
  };

  const isAnswer = (what: string) => what === "responded" || what === "dismissed" || what === "unsubscribed";
  const idOf = (who: string) => (seq: number) => `msg_${who}_${seq}`;
  const seqOf = (who: string, { runs, sent = [] }: Profile, message: string): number | undefined =>
    [...sent, ...runs.flatMap(({ handed }) => handed)].find(({ id, seq }) => (id ?? idOf(who)(seq)) === message)?.seq;
  const say = (who: string, lines: readonly Line[]) =>
    world.told.push(...lines.map((line) => ({ ...line, who, turn: world.turn })));

  /** One event of a person's object: what changes it, and what follows. */
  function act(who: string, change: (profile: Profile) => Risen[]): void {
    const one = people[who] as Person;
    const { profile } = one;
    world.turn += 1;
    world.reachedMs = Math.max(world.reachedMs, world.nowMs);
    const risen = change(profile);
    const unanswered = onOffer(profile);
    const { rows, lines } = messagesNow(config, profile, risen, idOf(who), world.nowMs);
    say(who, lines);
    const waits = onOffer(profile);
    for (const id of unanswered.keys()) if (!waits.has(id)) loses(id);
    for (const row of rows) world.said.push({ who, ...when(), ...ofWebhook(profile, row) });
    for (const [id, seq] of waits)
      if (!world.said.some((one) => one.id === id)) world.said.push({ who, ...when(), ...ofPage(profile, seq) });
    one.profile = JSON.parse(JSON.stringify(profile)) as Profile;
  }

  const when = () => ({ atMs: world.nowMs, reachedMs: world.reachedMs, turn: world.turn });

  function loses(id: string): void {
    world.failed.add(id);
    if (!world.lost.has(id)) world.lost.set(id, world.turn);
  }

  return world;
}

export type World = ReturnType<typeof openWorld>;
