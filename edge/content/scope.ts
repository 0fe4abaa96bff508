import type { ConditionFacts } from "../decide/conditions.ts";
import type { KnownItem } from "../profile/items.ts";
import type { SiteFile } from "../site/schema/site-file.ts";
import type { ContentParts } from "./content.ts";
import { oneLine } from "./one-line.ts";

/** The values that texts can name. */
export type Scope = Readonly<Record<string, unknown>>;

/** Facts are worked out when they are asked for; a template wants them as they are. Those that conditions call are none of its own. */
function plain(value: unknown): unknown {
  if (typeof value === "function") return undefined;
  if (typeof value === "string") return oneLine(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

const ofAPerson = /^((first|middle|last|given|family|sur|full|nick|display|user)_?)?name$/;
const maxNameLetters = 40;
/** Markup, addresses, hosts and numbers: whoever signs up with these writes to others through us. */
const inNoName = /[<>{}[\]|\\/@:]|\p{L}{2}\.\p{L}{2}|(\d[ .-]?){5}/u;

/** Traits as texts name them: what is no name of a person counts as not known, so that nobody is greeted with half of it. */
const named = (traits: object = {}, declared: SiteFile["traits"]): object =>
  Object.fromEntries(
    Object.entries(traits).map(([key, value]) => {
      const isNone = typeof value === "string" && ([...value].length > maxNameLetters || inNoName.test(value));
      return [key, isNone && ofAPerson.test(key) ? declared[key]?.default : value];
    }),
  );

/** For texts that name something, and most do not: the same facts as in conditions, and what only a message has: its offer, the names of products, the way back to the cart. */
export function scopeOf({ facts, items, file, timeZone }: ContentParts, offer: object | undefined): Scope {
  const known = plain(facts) as Record<"cart", Record<string, unknown>> & Partial<Record<keyof ConditionFacts, object>>;
  const path = file.pages.cart?.match[0]?.replace(/\*.*$/, "");
  const url = path && `${file.origins[0]}${path}`;
  const { cart, product } = known;
  const wishlist = known.wishlist as { items?: unknown } | undefined;
  const whole = (item: unknown) => withNames(item as { id: string }, items);
  return {
    ...known,
    profile: named(known.profile, file.traits),
    claimed: named(known.claimed, file.traits),
    cart: {
      ...cart,
      ...(url && { url, restore_url: url }),
      ...(Array.isArray(cart.items) && { items: cart.items.map(whole) }),
      ...(typeof cart.top === "object" && { top: whole(cart.top) }),
    },
    ...(product && { product: whole(product) }),
    ...(Array.isArray(wishlist?.items) && { wishlist: { items: wishlist.items.map(whole) } }),
    ...(offer && { offer }),
    time_zone: timeZone,
  };
}

/** An item of which no size is known says so: Liquid takes `size` of an object that has none for the number of its fields. */
function withNames(item: { id: string }, items: ReadonlyMap<string, KnownItem>): object {
  const { atMs: _, ...known } = items.get(item.id) ?? { atMs: 0 };
  // What conditions know of an item may be empty; nothing empty hides what a page told.
  return { size: "", ...(plain(known) as object), ...told(item) };
}

/** What nobody told is not there: a text would say 0. */
const told = (item: object): object =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([, value]) => value || value === false)
      .map(([name, value]) => [name, name === "replacement" ? told(value as object) : value]),
  );
