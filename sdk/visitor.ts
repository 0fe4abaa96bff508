import type { Head } from "../contract/wire.ts";
import { quietly } from "./guard.ts";
import { type Change, type Identity, randomId, revisit } from "./identity.ts";
import type { Page, Visit } from "./signals/page.ts";
import type { Store } from "./store.ts";

const identityKey = "me";
const maxTrail = 16;

interface User {
  id: string;
  token?: string | undefined;
}

/** Who the visitor is: nobody before consent, after it one record that all tabs of this browser share. */
export interface Visitor {
  me: () => Identity | undefined;
  /** The head of a stream of theirs. */
  head: (stream?: string, of?: Identity) => Head | undefined;
  /** Who the site says they are; false when that is nothing new. */
  name: (user?: User) => boolean;
  userId: () => string | undefined;
  /** Changes the record, here and in storage, and learns what other documents have changed of it. */
  remember: (change: (had: Identity) => Partial<Identity>) => Promise<void>;
  /**
   * Applies `change` at once when it `isKnown` who they are, when storage has failed or takes too long, and when it has answered,
   * however late; each time as long as `isWanted`. Calls `became` each time.
   */
  become: (change: Change, isKnown: boolean | undefined, isWanted: () => boolean, became: () => void) => unknown;
  /** A page view begins. */
  visit: (url: string) => Pick<Page, "again" | "trail">;
  /** The page in view shows this product. */
  product: (url: string, id: string) => void;
  /** Wipes memory and storage. Resolves to who was known, if anybody was. */
  wipe: () => Promise<Identity | undefined>;
}

export function openVisitor(site: string, store: Store): Visitor {
  let me: Identity | undefined;
  let user: User | undefined;
  /** Views from before it was known who is looking. */
  let early: readonly Visit[] = [];

  const remember: Visitor["remember"] = async (change) => {
    if (!me) return;
    const { visitor } = me;
    const apply = (had: Identity | undefined) => (had?.visitor === visitor ? { ...had, ...change(had) } : had);
    me = apply(me);
    const now = await store.update(identityKey, apply).catch(() => me);
    if (now?.visitor === me?.visitor) me = now;
  };
  const noted =
    (visits: readonly Visit[]) =>
    ({ trail, seen }: Identity): Partial<Identity> => ({
      trail: [...trail, ...visits].slice(-maxTrail),
      seen: visits.reduce((had, { url, at }) => revisit(had, url, at).seen, seen),
    });
  return {
    me: () => me,
    head: (stream = randomId(), of = me) => of && ({ site, visitor: of.visitor, stream, session: of.session, user } as Head),
    name(next) {
      if (next?.id === user?.id && next?.token === user?.token) return false;
      user = next;
      return true;
    },
    userId: () => user?.id,
    remember,
    become(change, isKnown, isWanted, became) {
      const was = me;
      if (was) early = []; // they are among what is known
      const settle = (had: Identity | undefined) => {
        const identity = change(had);
        if (!isWanted()) return me ? identity : had;
        me = { ...identity, ...noted(early)(identity) };
        became();
        return me;
      };
      if (isKnown) settle(me);
      // Somebody else: storage need not be asked first, which a page that leaves at once would not live to see.
      if (was?.visitor !== me?.visitor) return store.put(identityKey, me);
      return store.update(identityKey, settle).catch(() => settle(me));
    },
    visit(url) {
      const at = Date.now();
      const trail = me?.trail ?? early;
      const view = { url, at };
      const { again } = revisit(me?.seen, url, at);
      if (me) void remember(noted([view]));
      else early = [...early, view].slice(-maxTrail);
      return { again, trail };
    },
    product(url, product) {
      const mark = (views: readonly Visit[]) => views.map((view) => (view.url === url ? { ...view, product } : view));
      early = mark(early);
      void remember(({ trail }) => ({ trail: mark(trail) }));
    },
    async wipe() {
      const known = me;
      me = user = undefined;
      early = [];
      // An earlier visit may have left something; where there is nothing, not even an empty database is made.
      if (!known && !(await store.exists())) return undefined;
      const found = store.clear<Identity>();
      quietly(found);
      return known ?? (await found).find((record) => record?.seen);
    },
  };
}
