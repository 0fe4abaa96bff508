import type { OnsiteMessage } from "../../contract/wire.ts";
import type { Touchpoints } from "../touchpoints.ts";
import { draw } from "./draw.ts";
import { isBusy, whenFree } from "./manners.ts";

export type Happened = "message_shown" | "message_clicked" | "message_dismissed";

interface Waiting {
  message: OnsiteMessage;
  tell: (what: Happened) => void;
  own: Touchpoints;
  untilMs: number;
}

/** However wrong the browser's clock is: what was just offered is still good. */
const leastMs = 10_000;

const queue: Waiting[] = [];
let isShown = false;

/** Shows a message when nothing is in its way, after those that came before it; never, where that comes too late. */
export function show(message: OnsiteMessage, tell: Waiting["tell"], own: Touchpoints): void {
  queue.push({ message, tell, own, untilMs: Math.max(Date.now() + leastMs, Date.parse(message.expires_at)) });
  next();
}

function next(): void {
  while (queue[0] && queue[0].untilMs < Date.now()) queue.shift();
  const [first] = queue;
  if (!first || isShown) return;
  if (isBusy()) {
    whenFree(next);
    return;
  }
  const { message, tell, own } = first;
  const ended = () => {
    isShown = false;
    next();
  };
  const drawn = draw(message, own, {
    clicked: () => tell("message_clicked"),
    dismissed() {
      tell("message_dismissed");
      ended();
    },
  });
  if (drawn === "covers") {
    whenFree(next);
    return;
  }
  queue.shift();
  if (drawn === "empty") {
    next();
    return;
  }
  isShown = true;
  tell("message_shown");
}
