import { channelNames } from "../../edge/journey/channel-words.ts";
import { paint } from "../paint.ts";
import { plain } from "../plain.ts";
import type { Counted } from "./chunk.ts";
import type { Difference } from "./difference.ts";
import { type Counts, messagesWithin, type OfTrigger, type Tally } from "./tally.ts";

export interface Bands {
  now: number;
  later: number;
}

export const inFull = (n: number): string => n.toLocaleString("en");
export const percent = (part: number, of: number): string => {
  const share = of ? (100 * part) / of : 0;
  return `${share === 0 || share >= 0.1 ? share.toFixed(1) : share.toFixed(2)} %`;
};
const words = (name: string): string => plain(name).replace(/_/g, " ");
const many = (n: number, one: string, more = `${one}s`): string => `${inFull(n)} ${n === 1 ? one : more}`;

/** What stopped a message, for people. A gate without an entry speaks for itself. */
const gates: Record<string, string> = {
  when: "condition not true",
  for: "did not stay true",
  on_site: "still on the site until too late",
  expiry: "too late",
  cap: "had enough messages",
  onsite_cap: "had seen enough on the page",
  cooldown: "reached the goal lately",
  holdout: "held out",
  control: "control group",
  re_entry: "came in before",
  running: "journey runs already",
  group: "a journey as strong runs",
  checkout: "an offer in the middle of a checkout",
  comparing: "was comparing, and wanted no help",
  offer: "nobody to make an offer to, or not for that cart",
  offer_once: "had that offer before",
  priority: "something stronger was due",
  quiet_hours: "quiet hours until too late",
  unreachable: "nobody reached on its channels",
  no_adapter: "no adapter for the vendor yet",
  not_live: "trigger not live",
  review: "nobody had reviewed it",
};
const ways: Record<string, string> = channelNames;

const listed = (counts: Counts<number>, said: (name: string) => string): string =>
  Object.entries(counts)
    .sort((a, b) => b[1] - a[1])
    .map(([name, count]) => `${said(name)} ${inFull(count)}`)
    .join(", ");

/** A week under one file, for people. */
export function weekText(tally: Tally, bands: Bands): string {
  const { sessions, people, now, later } = tally;
  const kinds = Object.entries(tally.kinds).sort((a, b) => b[1].now - a[1].now || b[1].later - a[1].later);
  const columns = (a: string, b: string) => `${a.padStart(12)}${b.padStart(12)}`;
  const row = (name: string, a: number, b: number) =>
    `  ${words(name).padEnd(16)}${columns(percent(a, sessions), percent(b, sessions))}`;
  return [
    `${many(sessions, "session")} of ${many(people, "person", "people")}, all of them signed in and reachable by every channel`,
    "",
    paint("bold", `Sessions with a moment  ${columns(`${bands.now} or more`, `${bands.later} or more`).trimStart()}`),
    row("any", now, later),
    ...kinds.map(([kind, of]) => row(kind, of.now, of.later)),
    "",
    paint("bold", "Best score of a session"),
    ...bars(tally),
    "",
    paint("bold", "Triggers"),
    ...Object.entries(tally.triggers).flatMap(([name, of]) => triggerText(name, of, sessions)),
    "",
    reachedText(tally),
  ].join("\n");
}

function reachedText(tally: Tally): string {
  const { reached, people, messages } = tally;
  if (!reached) return "Reaches nobody.";
  const most = `95 % of them get at most ${messagesWithin(tally, 0.95)}, nobody more than ${messagesWithin(tally, 1)}`;
  const waiting = tally.messages_without_adapter;
  const not = waiting
    ? ` Of the messages ${inFull(waiting)} would be sent by tools that the edge has no adapter for yet: nobody gets those.`
    : "";
  return `Reaches ${many(reached, "person", "people")}, ${percent(reached, people)} of all, with ${many(messages, "message")}; ${most}.${not}`;
}

function bars({ histogram, sessions }: Tally): string[] {
  const most = Math.max(1, ...Object.values(histogram));
  return Object.entries(histogram).map(
    ([points, count]) =>
      `  ${points.padStart(2)}  ${"█".repeat(Math.ceil((40 * count) / most)).padEnd(40)} ${percent(count, sessions)}`,
  );
}

function triggerText(name: string, of: OfTrigger, sessions: number): string[] {
  const entered = `entered ${many(of.entered, "time")}, in ${percent(of.sessions, sessions)} of the sessions; reaches ${many(of.people, "person", "people")}`;
  const sent = Object.entries(of.sent).flatMap(([step, channels]) =>
    Object.entries(channels).map(([channel, count]): [string, number] => [
      `${plain(step)} (${ways[channel] ?? plain(channel)})`,
      count,
    ]),
  );
  const stopped = { "not entered": of.not_entered, "not sent": of.not_sent };
  return [
    `  ${paint("cyan", plain(name))}  ${entered}`,
    ...(sent.length ? [`    sent: ${listed(Object.fromEntries(sent), (one) => one)}`] : []),
    ...Object.entries(stopped).flatMap(([what, counts]) =>
      Object.keys(counts).length ? [`    ${what}: ${listed(counts, (gate) => gates[gate] ?? words(gate))}`] : [],
    ),
  ];
}

/** What a change would mean, for people. */
export function differenceText({ tallies, difference, examples }: Counted): string {
  const [before, after] = tallies;
  const { added, lost, triggers } = difference;
  const changes = Object.entries(triggers).map(([name, of]) => `  ${plain(name).padEnd(24)} ${moved(of)}`);
  return [
    paint("bold", reachText(before?.reached ?? 0, after?.reached ?? 0)),
    added || lost ? `${moved(difference)} people` : "The same people get messages.",
    ...(changes.length ? ["", ...changes] : []),
    ...(examples.length ? ["", "For example"] : []),
    ...examples.map(
      ({ person, change, trigger, text }) =>
        `  ${change === "added" ? "+" : "−"} ${plain(person)}, ${plain(trigger)}: ${plain(text)}`,
    ),
  ].join("\n");
}

export const reachText = (before: number, after: number): string =>
  `This change would reach ${many(after, "person", "people")} instead of ${inFull(before)}.`;

const moved = ({ added, lost }: Pick<Difference, "added" | "lost">): string => `+${inFull(added)} −${inFull(lost)}`;
