import type { Settings } from "../contract/wire.ts";
import { type Session, sessionAt } from "./session.ts";

/** What this browser remembers of its visitor: one record, so that two tabs starting at once agree on all of it. */
export interface Identity {
  visitor: string;
  /** The id only, to notice another person at the same browser. */
  user?: string | undefined;
  /** The edge's receipt for this visitor. */
  pass?: string;
  session: Session;
  /** Day of the last visit by hash of the path, latest last. */
  seen: Record<string, number>;
  settings?: Settings | undefined;
  /** Reading the zone costs some 50 ms: kept under the UTC offset it was read at. */
  zone?: [offset: number, name: string] | undefined;
}

/** 122 random bits also where `randomUUID` is missing: pages without TLS. */
export const uuid = (): string =>
  crypto.randomUUID?.() ??
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (+c ^ ((crypto.getRandomValues(new Uint8Array(1))[0] as number) & (15 >> (+c / 4)))).toString(16),
  );

export type Change = (had: Identity | undefined) => Identity;

/**
 * The visitor goes on, or, `anew` or as another user, becomes somebody fresh; what the site lets the SDK know stays.
 * Gives the same result for the same `had`, so that memory and storage may both apply it.
 */
export function continued(at: number, user?: string, anew?: boolean): Change {
  const [visitor, session] = [uuid(), uuid()];
  return (had) => {
    const same = had && !anew && (user ?? had.user) === (had.user ?? user) ? had : undefined;
    const { settings, zone } = had ?? {};
    return {
      visitor,
      seen: {},
      settings,
      zone,
      ...same,
      user: user ?? same?.user,
      session: sessionAt(same?.session, at, session),
    };
  };
}

const dayMs = 86_400_000;
const againWithinDays = 7;
const maxSeen = 64;

/** Whether the path was seen lately, and what to remember now. Paths are kept as hashes only. */
export function revisit(had: Identity["seen"], path: string, at: number): { again: boolean; seen: Identity["seen"] } {
  let hash = 0;
  for (const char of path) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0;
  const today = Math.floor(at / dayMs);
  const { [`p${hash}`]: day = -Infinity, ...others } = had;
  const kept = Object.entries(others).slice(1 - maxSeen);
  return { again: today - day <= againWithinDays, seen: { ...Object.fromEntries(kept), [`p${hash}`]: today } };
}
