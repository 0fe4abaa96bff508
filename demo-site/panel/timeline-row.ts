import { element } from "../element.ts";
import { at, plainName, textAt } from "../webhook.ts";

/** What happened, in the words of somebody who runs a shop. */
const said: Record<string, string> = {
  seen: "noticed",
  entered: "began",
  not_entered: "not begun",
  waiting: "waits",
  moved: "moved on",
  review: "to be reviewed",
  reviewed: "reviewed",
  held: "held back",
  not_sent: "not sent",
  fallback: "another way",
  exited: "ended",
  merged: "recognised",
};

/** Why nothing goes out stands out as much as what does. */
const weights: Record<string, string> = {
  sent: "sent",
  recovered: "goal",
  not_sent: "silence",
  expired: "silence",
  held: "silence",
  exited: "silence",
};

/** That a trigger was about something else, and that a journey has said all it had to say, is no news to anybody. */
export const isNews = (line: unknown): boolean => !["when", "done"].includes(textAt(line, "gate"));

const clock = (atMs: unknown): string =>
  typeof atMs === "number" || typeof atMs === "string" ? new Date(atMs).toTimeString().slice(0, 8) : "";

/** One line of a person's timeline, as the edge told it. */
export function timelineRow(line: unknown): HTMLElement {
  const what = textAt(line, "what");
  const gate = textAt(line, "gate");
  return element(
    "li",
    { "data-what": Object.hasOwn(weights, what) ? weights[what] : "other" },
    element("b", {}, Object.hasOwn(said, what) ? (said[what] as string) : plainName(what)),
    gate && element("i", {}, plainName(gate)),
    element("time", {}, clock(at(line, "at"))),
    element("p", {}, textAt(line, "text")),
  );
}
