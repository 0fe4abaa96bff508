/**
 * The entry of `all` under `key`, `made` when absent, keeping only the `max` greatest keys. A key among the greatest of all that
 * ever come is among the greatest at every earlier point too, so what is kept does not depend on the order of arrival.
 */
export function entry<T>(all: Record<string, T>, key: string, max: number, made: T): T {
  if (Object.hasOwn(all, key)) return all[key] as T;
  if (key === "__proto__") return made; // an assignment to it would give `all` another prototype and keep nothing
  all[key] = made;
  const [least = "", ...others] = Object.keys(all).sort();
  if (others.length >= max) delete all[least];
  return made; // if `key` itself was the least, what is folded into it is forgotten
}
