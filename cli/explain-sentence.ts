import type { MomentKind } from "../contract/moments.ts";
import type { Journey, Step, Trigger } from "../edge/site/compile-journeys.ts";
import type { SiteConfig } from "../edge/site/site-config.ts";
import { clause, placeAndRest } from "./explain-condition.ts";
import { joined, lasting } from "./explain-facts.ts";

const does: Record<MomentKind, string> = {
  hesitation: "hesitates",
  exit: "turns to leave",
  rapid_scroll: "rushes down the page",
  form_abandon: "leaves a form half filled",
  checkout_stall: "stalls at the checkout",
  frustration: "is frustrated",
  video_engaged: "watches a video almost to its end",
  video_ignored: "passes over a video",
  comparison: "compares products",
  search_intent: "searches for something",
  reassurance: "looks for reassurance (returns, shipping, warranty)",
  repeat_funnel: "goes from key page to key page",
  post_purchase: "lingers after a purchase",
  read_on: "reads on after sending a form",
  decline: "declines an offer or takes something out of the cart",
  bounce: "leaves after a short look at one page",
  cart_abandon: "has left with something in the cart",
};
const ends: Record<string, string> = {
  purchase: "buy",
  responded: "respond",
  unsubscribed: "unsubscribe",
  dismissed: "dismiss it",
  cart_emptied: "empty the cart",
};
const verbs: Record<string, (message: string) => string> = {
  onsite: (message) => `show ${message} on the page`,
  email: (message) => `send the e-mail ${message}`,
  sms: (message) => `send the SMS ${message}`,
  push: (message) => `send the push message ${message}`,
  chat: (message) => `open the chat with ${message}`,
  team: (message) => `tell the team ${message}`,
};
const by: Record<string, string> = {
  onsite: "on the page",
  email: "by e-mail",
  sms: "by SMS",
  push: "by push",
  chat: "by chat",
  team: "to the team",
};

/** One trigger, for whoever has to agree to it. */
export function sentence(config: SiteConfig, trigger: Trigger): string {
  const { bands } = config.file;
  const { on, when, forMs, enter, live } = trigger;
  const journey = config.journeys[trigger.journey];
  if (!journey) return "";
  const { place, rest } = placeAndRest(when.ast);
  const kinds = joined(
    on.map((kind) => does[kind]),
    "or",
  );
  const first = enter.now ?? enter.later;
  const isSame = !enter.now || enter.now === enter.later;
  const score = `(score ${bands[isSame ? "later" : "now"]} or more)`;
  const what = [
    `When someone ${kinds}${place && ` ${place}`} ${score}`,
    ...(rest ? [`and ${rest}`] : []),
    ...(forMs ? [`and that stays so for ${lasting(forMs)}`] : []),
  ].join(" ");
  const weaker = journey.steps.find(({ id }) => !isSame && id === enter.later);
  return [
    `${live ? "" : "Switched off: "}${what}, ${ways(config, journey, first)}`,
    weaker ? `from ${bands.later} on, begin with \`${weaker.message}\` ${time(weaker, true)}` : "",
    unless(journey),
    again(trigger),
  ]
    .filter(Boolean)
    .join("; ")
    .concat(".");
}

/** Its steps in order, from the one that this trigger begins with. */
function ways(config: SiteConfig, { steps }: Journey, first: string | undefined): string {
  const from = Math.max(
    0,
    steps.findIndex(({ id }) => id === first),
  );
  return steps
    .slice(from)
    .map((step, i) => `${i ? "then " : ""}${deed(config, step)} ${time(step, i === 0)}`)
    .join(", ");
}

function deed({ file }: SiteConfig, { message, channels, review }: Step): string {
  const [channel = "", ...others] = channels;
  const { percent, amount } = file.offers[file.messages[message]?.offer ?? ""] ?? {};
  const off = percent ? ` with ${percent} % off` : amount ? ` with ${amount} ${file.currency ?? ""} off`.replace(/ +/g, " ") : "";
  const name = `\`${message}\`${off}`;
  const text = others.length
    ? `send ${name} ${joined(
        channels.map((one) => by[one] ?? one),
        "or",
      )}`
    : (verbs[channel]?.(name) ?? "");
  return review ? `${text} (if somebody approves it)` : text;
}

function time({ from, afterMs, afterIf, beforeMs }: Step, isFirst: boolean): string {
  const since = {
    left: "after they left",
    previous: isFirst ? "later" : "after that",
    entry: isFirst ? "later" : "after the beginning",
    moment: "later",
  };
  const at = (ms: number) => (ms ? `${lasting(ms)} ${since[from]}` : from === "left" ? "as soon as they left" : "at once");
  const within = afterMs === 0 && beforeMs !== undefined && beforeMs < 60_000 ? `within ${lasting(beforeMs)}` : at(afterMs);
  const cases = afterIf.map(({ when, afterMs: ms }) => `${ms ? lasting(ms) : "at once"} if ${clause(when.ast)}`);
  return cases.length ? `${within} (${cases.join(", ")})` : within;
}

function unless({ exitOn, goal }: Journey): string {
  const bought = goal && !exitOn.includes(goal.event) ? [`reach the goal (${goal.event.replace(/_/g, " ")})`] : [];
  const all = [...exitOn.map((exit) => ends[exit] ?? exit), ...bought];
  return all.length ? `unless they ${joined(all, "or")} first` : "";
}

function again({ reEntry }: Trigger): string {
  if (reEntry === "always") return "each time that it happens";
  return reEntry === "never" ? "only once for each person" : `at most once in ${lasting(reEntry)}`;
}
