import { cartOf } from "../../contract/cart.ts";
import { instantsOf } from "../profile/history.ts";
import { type Profile, type Session, skewToleranceMs } from "../profile/state.ts";
import type { Journey, Trigger } from "../site/compile-journeys.ts";
import { atMsOf } from "./presence.ts";
import type { Run } from "./run.ts";

/** The first time after `fromMs`, and not after `untilMs`, that this happened. By the edge's clock. */
function firstMs(instants: readonly number[], fromMs: number, untilMs: number): number | undefined {
  const within = instants.filter((atMs) => atMs > fromMs && atMs <= untilMs);
  return within.length ? Math.min(...within) : undefined;
}

/** When this person did what a goal names: a kind of signal, or a name of the site's own. */
const whenDone = ({ history = {} }: Profile, event: string): readonly number[] =>
  instantsOf(history, Object.hasOwn(history, event) ? event : `custom:${event}`);

const roundingMs = 1000;

/** Whether something was bought in this session at that instant of the edge's clock. */
export const hasBought = ({ features: { orders = {} }, skewMs }: Session, atMs: number): boolean =>
  Object.values(orders).some((order) => Math.abs(order.atMs + skewMs - atMs) < roundingMs);

/**
 * When this person first did it since they came in; of a purchase also since their cart last changed in the session that led here,
 * and, where that session told of none, by clocks that differ by as much as is taken for the network.
 */
export function doneAtMs(profile: Profile, { enteredAtMs, session }: Run, event: string): number | undefined {
  if (event !== "purchase") return firstMs(whenDone(profile, event), enteredAtMs, Infinity);
  const isElsewhere = !Object.keys(profile.sessions[session]?.features.orders ?? {}).length;
  const skewedMs = isElsewhere ? enteredAtMs - 2 * skewToleranceMs : Infinity;
  const sinceMs = Math.min(enteredAtMs, skewedMs, cartChangedAtMs(profile, session) ?? Infinity);
  return firstMs(whenDone(profile, event), sinceMs, Infinity);
}

/** What is bought elsewhere after that is what stands in this cart. */
function cartChangedAtMs({ sessions }: Profile, id: string): number | undefined {
  const session = sessions[id];
  const last = Object.keys(session?.features.cart ?? {})
    .sort()
    .at(-1);
  return session && last !== undefined ? atMsOf(last) + session.skewMs : undefined;
}

/** When the goal of this journey was reached, if it was in time. */
export const reachedAtMs = (profile: Profile, { enteredAtMs }: Run, goal: NonNullable<Journey["goal"]>): number | undefined =>
  firstMs(whenDone(profile, goal.event), enteredAtMs, enteredAtMs + goal.withinMs);

function hasEmptiedCart({ sessions }: Profile, afterMs: number): boolean {
  return Object.values(sessions).some(({ features: { cart = {} }, skewMs }) => {
    const last = Object.keys(cart).sort().at(-1);
    if (last === undefined || cart[last]?.kind === "purchase") return false;
    return atMsOf(last) + skewMs > afterMs && cartOf(cart).count === 0;
  });
}

/** Why this run is over, if it is; `undefined` for a trigger or a journey that the newest file does not have. */
export function exitOf(
  profile: Profile,
  run: Run,
  trigger: Trigger | undefined,
  journey: Journey | undefined,
): string | undefined {
  const { goal, exitOn = [], steps = [] } = journey ?? {};
  if (goal && reachedAtMs(profile, run, goal) !== undefined) return "goal";
  const endsByPurchase = exitOn.includes("purchase") || goal?.event === "purchase";
  if (endsByPurchase && doneAtMs(profile, run, "purchase") !== undefined) return "purchase";
  if (exitOn.includes("cart_emptied") && hasEmptiedCart(profile, run.enteredAtMs)) return "cart_emptied";
  if (!trigger || !steps.some(({ id }) => id === run.step)) return "removed";
  return trigger.live ? undefined : "not_live";
}
