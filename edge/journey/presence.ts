import type { Profile, Session } from "../profile/state.ts";

/** Whether the visitor is on the site, and when that may be otherwise though no signal comes. */
export interface Presence {
  /** When the visitor left, with nothing after it; undefined while there. */
  leftAtMs: number | undefined;
  /** From here on, without a signal, the visitor counts as gone. */
  goneAtMs: number;
}

/** Who left a page just now may be on the way to the next. */
export const onTheWayMs = 30_000;
/** A page that stands open and tells nothing for so long has been left alone: no session lasts longer. */
export const idleMs = 30 * 60_000;

/** What sorts in `contract/features.ts` begins with the client's instant. */
export const atMsOf = (order: string): number => Number(order.slice(0, 16));

/** As in `contract/facts.ts`: what is told while a page is left is no sign of coming back. */
const leavingMs = 100;

/** The last page of this session that was left, as long as nothing follows and no other page stands open. By the edge's clock. */
function leftAtMsOf({ features, skewMs, seenAtMs }: Session, nowMs: number): number | undefined {
  const { pages, lastAtMs, viewedAtMs = 0 } = features;
  const all = Object.values(pages);
  const leftAtMs = Math.max(0, ...all.map((page) => page.leftAtMs));
  const isOpen = all.some((page) => {
    const viewMs = page.view ? atMsOf(page.view.order) : 0;
    return page.leftAtMs < viewMs && nowMs - viewMs - skewMs < idleMs;
  });
  const isFollowed = lastAtMs - leftAtMs > leavingMs || viewedAtMs >= leftAtMs;
  return leftAtMs && !isFollowed && !isOpen ? Math.min(leftAtMs + skewMs, seenAtMs) : undefined;
}

/** Of one session alone. */
export function endOf(session: Session, nowMs: number): Presence {
  // Whatever a browser's clock says: nothing happened after it was told.
  const lastAtMs = Math.min(session.features.lastAtMs + session.skewMs, session.seenAtMs);
  const leftAtMs = leftAtMsOf(session, nowMs);
  if (leftAtMs !== undefined) return { leftAtMs, goneAtMs: leftAtMs + onTheWayMs };
  return { leftAtMs: nowMs - lastAtMs >= idleMs ? lastAtMs : undefined, goneAtMs: lastAtMs + idleMs };
}

/** The sessions in which the visitor is on the site now. */
export const sessionsThere = ({ sessions }: Profile, nowMs: number): Session[] =>
  Object.values(sessions).filter((session) => nowMs < endOf(session, nowMs).goneAtMs);

/** Of all sessions: who left one and is there in another is there. */
export function presenceOf({ sessions }: Profile, nowMs: number): Presence {
  const all = Object.values(sessions).map((session) => endOf(session, nowMs));
  const there = all.filter(({ leftAtMs }) => leftAtMs === undefined);
  const counted = there.length ? there : all;
  return {
    leftAtMs: there.length ? undefined : Math.max(0, ...all.map(({ leftAtMs = 0 }) => leftAtMs)),
    goneAtMs: Math.max(0, ...counted.map(({ goneAtMs }) => goneAtMs)),
  };
}

/** There, or away for so short a time that it may be the way to the next page. */
export const isOnSite = ({ goneAtMs }: Presence, nowMs: number): boolean => nowMs < goneAtMs;
