import { ago } from "../edge/journey/ago.ts";
import type { AttemptLine, Delivery, DeliveryLine, EndpointLine } from "../edge/site/answers.ts";
import { durationMs } from "./duration.ts";
import { type EdgeCall, edgeCall, sitePath } from "./edge-call.ts";
import { paint } from "./paint.ts";
import { plain, plainJson } from "./plain.ts";
import { Stop } from "./stop.ts";
import type { OfSite } from "./versions.ts";
import { wholeNumber } from "./whole-number.ts";

export interface DeliveriesOptions extends OfSite {
  destination?: string | undefined;
  state?: string | undefined;
  person?: string | undefined;
  /** As a duration: those of the last so long. */
  since?: string | undefined;
  before?: string | undefined;
  limit?: string | undefined;
}

interface Asked {
  call: EdgeCall;
  path: string;
  what: string | undefined;
  options: DeliveriesOptions;
  nowMs: number;
}

type Answer = Record<string, unknown>;
type Deed = (asked: Asked) => Promise<{ answer: Answer; lines: (answer: Answer) => string[] }>;

const list: Deed = async ({ call, path, options, nowMs }) => {
  const { destination, state, person, since, before, limit } = options;
  const from = since === undefined ? undefined : String(nowMs - durationMs("--since", since));
  const asked = { destination, state, person, from, before, limit: limit && String(wholeNumber("--limit", limit)) };
  const given = Object.entries(asked).filter((one): one is [string, string] => one[1] !== undefined);
  const answer = await call.json("GET", `${path}/deliveries?${new URLSearchParams(given)}`);
  return {
    answer,
    lines({ deliveries = [], next }) {
      const all = (deliveries as DeliveryLine[]).map((one) => told(one, nowMs));
      if (next !== undefined) all.push(`There is more: --before ${said(next)}`);
      return all.length ? all : ["nothing of that kind is in the log"];
    },
  };
};

const show: Deed = async ({ call, path, what, nowMs }) => ({
  answer: await call.json("GET", `${path}/deliveries/${encodeURIComponent(named(what, "show MESSAGE"))}`),
  lines: (answer) => {
    const { tried, ...line } = answer as unknown as Delivery;
    return [told(line, nowMs), ...tried.map((one) => attempted(one, nowMs))];
  },
});

const replay: Deed = async ({ call, path, what, options, nowMs }) => {
  const { destination, state, person, since } = options;
  if (what !== undefined)
    return {
      answer: await call.json("POST", `${path}/deliveries/${encodeURIComponent(what)}/replay`, ""),
      lines: ({ id, attempt, state, status, text }) => [
        outcome(`${said(id)}, attempt ${said(attempt)}`, { state, status, text }),
      ],
    };
  if (destination === undefined || (state === undefined && since === undefined))
    throw new Stop("say which: a message's id, or --destination NAME with --state failed or --since 2h", 2);
  const from = since === undefined ? undefined : nowMs - durationMs("--since", since);
  const body = JSON.stringify({ destination, state, person, from });
  return {
    answer: await call.json("POST", `${path}/deliveries/replay`, body),
    lines: ({ replaying }) => [`${Number(replaying)} messages to ${destination} are sent again`],
  };
};

const endpoints: Deed = async ({ call, path }) => ({
  answer: await call.json("GET", `${path}/destinations`),
  lines: ({ destinations = [] }) => (destinations as EndpointLine[]).map(health),
});

const at =
  (word: string, lines: (answer: Answer) => string[]): Deed =>
  async ({ call, path, what }) => {
    const name = encodeURIComponent(named(what, `${word} DESTINATION`));
    return { answer: await call.json("POST", `${path}/destinations/${name}/${word}`, ""), lines };
  };

const deeds: Record<string, Deed> = {
  list,
  show,
  replay,
  endpoints,
  test: at("test", ({ destination, ...came }) => [outcome(`test to ${said(destination)}`, came)]),
  enable: at("enable", (answer) => [
    health(answer as unknown as EndpointLine),
    ...(held(answer)
      ? [`${held(answer)} messages are held: \`cusp deliveries release ${said(answer.destination)}\` sends them`]
      : []),
  ]),
  disable: at("disable", (answer) => [health(answer as unknown as EndpointLine)]),
  release: at("release", ({ released, more }) => [
    `${Number(released)} messages go out, each if it is not stopped meanwhile${more ? "; there are more: say it again" : ""}`,
  ]),
};

/** What was delivered and what was not, and what to do about it. */
export async function deliveries(
  deed = "list",
  what: string | undefined,
  options: DeliveriesOptions,
  now: () => number = Date.now,
): Promise<void> {
  const does = Object.hasOwn(deeds, deed) ? deeds[deed] : undefined;
  if (!does) throw new Stop(`say \`cusp deliveries\` and one of ${Object.keys(deeds).join(", ")}`, 2);
  const { site, json = false, edge, env } = options;
  const path = sitePath(site);
  const { answer, lines } = await does({ call: edgeCall({ edge, env }), path, what, options, nowMs: now() });
  if (json) console.log(plainJson({ ok: true, ...answer }));
  else for (const line of lines(answer)) console.log(line);
}

/** What an edge says: untrusted, and perhaps nothing. */
const said = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? plain(String(value)) : "");

function named(what: string | undefined, usage: string): string {
  if (what === undefined) throw new Stop(`say \`cusp deliveries ${usage}\``, 2);
  return what;
}

const colours: Record<string, "green" | "yellow" | "red"> = {
  ...{ delivered: "green", well: "green", again: "yellow", held: "yellow", trying: "yellow" },
  ...{ failed: "red", gone: "red", unknown: "red", expired: "red", disabled: "red" },
};
const coloured = (state: unknown): string => paint(colours[said(state)] ?? "dim", said(state));

const outcome = (about: string, { state, status, text }: Answer): string =>
  `${plain(about)}: ${coloured(state)}${status === undefined ? "" : ` (${Number(status)})`}${text === undefined ? "" : `  ${said(text)}`}`;

function told(
  { id, at, destination, person, channel, message, type, state, status, attempts, text }: DeliveryLine,
  nowMs: number,
): string {
  const when = `${ago(nowMs - Number(at))} ago`.padStart(10);
  const of = plain([message ?? type, channel && `by ${channel}`, `to ${person}`, `at ${destination}`].filter(Boolean).join(" "));
  const tries = Number(attempts) > 1 ? `, ${Number(attempts)} attempts` : "";
  const why = text === undefined || state === "delivered" ? "" : `  ${plain(text)}`;
  return `${when}  ${coloured(state)}${status === undefined ? "" : ` (${Number(status)}${tries})`}  ${of}${why}\n            ${paint("dim", plain(id))}`;
}

const attempted = ({ attempt, at, state, took_ms, status, text }: AttemptLine, nowMs: number): string =>
  outcome(`  ${attempt}. ${ago(nowMs - Number(at))} ago${took_ms === undefined ? "" : `, ${Number(took_ms)} ms`}`, {
    state,
    status,
    text,
  });

const held = ({ deliveries: counts }: Answer): number => Number((counts as EndpointLine["deliveries"] | undefined)?.held ?? 0);

function health({ destination, state, why, failing_since, deliveries: counts }: EndpointLine): string {
  const since = failing_since === undefined ? "" : `, fails since ${new Date(Number(failing_since)).toISOString()}`;
  const listed = Object.entries(counts).map(([name, n]) => `${Number(n)} ${name}`);
  return `${paint("bold", plain(destination))}  ${coloured(state)}${plain(why === undefined ? "" : `: ${why}`)}${since}  ${plain(listed.join(", "))}`.trimEnd();
}
