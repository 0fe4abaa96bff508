import type { Head } from "../contract/wire.ts";
import { quietly } from "./guard.ts";
import { type Change, type Identity, randomId, revisit } from "./identity.ts";
import type { Page, Visit } from "./signals/page.ts";
import type { Store } from "./store.ts";

const identityKey = "me";
const maxTrail = 16;

/** Who the visitor is: nobody before consent, after it one record that all tabs of this browser share. */
export interface Visitor {
  me: () => Identity | undefined;
  /** The head of a new stream of theirs. */
  head: (of: Identity) => Head;
  /** Who the site says they are; false when that is nothing new. */
  name: (user?: Head["user"]) => boolean;
  userId: () => string | undefined;
  /** Changes the record, here and in storage; the same change is made in both. */
  remember: (change: (had: Identity) => Partial<Identity>) => void;
  /**
   * Applies `change` at once when it `isKnown` who they are, and when storage has answered or failed, as long as `isWanted`.
   * Calls `settled` each time.
   */
  become: (change: Change, isKnown: boolean, isWanted: () => boolean, settled: (me: Identity) => void) => Promise<void>;
  /** A page view begins. */
  visit: (url: string) => Pick<Page, "again" | "trail" | "product">;
  /** The page in view shows this product. */
  product: (url: string, id: string) => void;
  /** Wipes memory and storage. Resolves to who was known, if anybody was. */
  wipe: () => Promise<Identity | undefined>;
}

/** As shops commonly address a product; a `view_item` knows better. */
const productUrl = /\/(p|dp|products?|item)\/[^/]/;

export function openVisitor(site: string, store: Store): Visitor {
  let me: Identity | undefined;
  let user: Head["user"];
  /** Views from before it was known who is looking. */
  let early: readonly Visit[] = [];

  const remember: Visitor["remember"] = (change) => {
    if (!me) return;
    const { visitor } = me;
    const apply = (had: Identity | undefined) => (had?.visitor === visitor ? { ...had, ...change(had) } : had);
    me = apply(me);
    quietly(store.update(identityKey, apply));
  };
  const noted =
    (visits: readonly Visit[]) =>
    ({ trail, seen }: Identity): Partial<Identity> => ({
      trail: [...trail, ...visits].slice(-maxTrail),
      seen: visits.reduce((had, { url, at }) => revisit(had, url, at).seen, seen),
    });
  return {
    me: () => me,
    head: ({ visitor, session }) => ({ site, visitor, stream: randomId(), session, ...(user && { user }) }),
    name(next) {
      if (next?.id === user?.id && next?.token === user?.token) return false;
      user = next;
      return true;
    },
    userId: () => user?.id,
    remember,
    become(change, isKnown, isWanted, settled) {
      const settle = (identity = change(me)) => {
        if (!isWanted()) return;
        me = identity;
        if (early[0]) remember(noted(early));
        early = [];
        settled(me);
      };
      if (isKnown) settle();
      return store.update<Identity>(identityKey, change).then(settle, () => settle());
    },
    visit(url) {
      const at = Date.now();
      const trail = me?.trail ?? early;
      const product = productUrl.test(url) ? url : undefined;
      const view = { url, at, ...(product && { product }) };
      const { again } = revisit(me?.seen, url, at);
      if (me) remember(noted([view]));
      else early = [...early, view].slice(-maxTrail);
      return { again, trail, product };
    },
    product(url, product) {
      const mark = (views: readonly Visit[]) => views.map((view) => (view.url === url ? { ...view, product } : view));
      early = mark(early);
      remember(({ trail }) => ({ trail: mark(trail) }));
    },
    async wipe() {
      let known = me;
      me = user = undefined;
      early = [];
      // An earlier visit may have left something; where there is nothing, not even an empty database is made.
      if (!known && !(await store.exists())) return undefined;
      known ??= await store.update<Identity>(identityKey, (had) => had);
      quietly(store.clear());
      return known;
    },
  };
}
