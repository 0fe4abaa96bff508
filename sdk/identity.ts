import type { Head, Settings } from "../contract/wire.ts";
import type { Visit } from "./signals/page.ts";

export const sessionEndsAfterMs = 30 * 60_000;

/** What this browser remembers of its visitor: one record, so that two tabs starting at once agree on all of it. */
export interface Identity {
  visitor: string;
  /** The id only, to notice another person at the same browser. */
  user?: string | undefined;
  /** The edge's receipt for this visitor. */
  pass?: string;
  session: Head["session"];
  /** When the visitor last did something, to the minute. */
  active_at: number;
  /** The latest page views. */
  seen: Seen[];
  /** This session's latest page views. */
  trail: readonly Visit[];
  settings?: Settings | undefined;
}

interface Seen {
  /** A hash: the addresses of other sessions are nobody's business, not even this browser's next user's. */
  page: number;
  at: number;
}

/** 32 random bits a word, written short, also on pages without TLS, where `randomUUID` is missing. Four are a secret, two are one of its kind. */
export const randomId = (words = 2): string =>
  [...crypto.getRandomValues(new Uint32Array(words))].map((word) => word.toString(36)).join("-");

/** Always the same for one visitor, whose id begins with 32 random bits: those are the lot. */
export const isSampled = (visitor: string, share = 1): boolean => !(Number.parseInt(visitor, 36) / 2 ** 32 >= share);

export type Change = (had: Identity | undefined) => Identity;

/** Asked when the change is made: until storage has said who the visitor is, the page may still say who they are. */
export interface Wish {
  user?: string | undefined;
  anew?: boolean | undefined;
}

/**
 * The visitor goes on, or, `anew` or as another user, becomes somebody fresh; what the site lets the SDK know stays.
 * Gives the same result for the same `had`, so that memory and storage may both apply it. A record that another version left
 * in another shape counts as none.
 */
export function continued(at: number, wish: Wish): Change {
  const visitor = randomId(4);
  const id = randomId();
  return (found) => {
    const { user, anew } = wish;
    const had = found?.session?.number && [found.seen, found.trail].every(Array.isArray) ? found : undefined;
    const same = anew || (user && had?.user && had.user !== user) ? undefined : had;
    const isOpen = same && at - same.active_at < sessionEndsAfterMs;
    return {
      visitor,
      seen: [],
      settings: had?.settings,
      ...same,
      user: user ?? same?.user,
      active_at: at,
      trail: (isOpen && same.trail) || [],
      session: isOpen ? same.session : { id, started_at: at, number: (same?.session.number ?? 0) + 1 },
    };
  };
}

const againWithinMs = 7 * 86_400_000;
const maxSeen = 64;

/** Whether the page was seen lately, and what to remember now. */
export function revisit(had: Seen[] = [], url: string, at: number): { again: boolean; seen: Seen[] } {
  let page = 0;
  for (const char of url) page = (Math.imul(page, 31) + char.charCodeAt(0)) | 0;
  const seen = had.filter((view) => view?.page && at - view.at < againWithinMs);
  return { again: seen.some((view) => view.page === page), seen: [...seen, { page, at }].slice(-maxSeen) };
}
