/** What is switched off, beside the site file: everything, or the triggers that are named. */
export interface Switches {
  readonly off: boolean;
  readonly triggers: readonly string[];
  /** Destinations that take nothing, by hand or because they said so: what is meant for them is held. */
  readonly destinations?: readonly string[];
}

/** What to change: `off` for the whole site; for a trigger, whether it is on. */
export interface SwitchOrder {
  off?: boolean | undefined;
  triggers?: Readonly<Record<string, boolean>> | undefined;
  destinations?: Readonly<Record<string, boolean>> | undefined;
}

export function switched(before: Switches, { off = before.off, triggers, destinations }: SwitchOrder): Switches {
  const shut = changed(before.destinations, destinations);
  return { off, triggers: changed(before.triggers, triggers), ...(shut.length && { destinations: shut }) };
}

function changed(before: readonly string[] = [], order: Readonly<Record<string, boolean>> = {}): string[] {
  const named = Object.keys(order);
  const left = before.filter((name) => !named.includes(name));
  return [...left, ...named.filter((name) => !order[name])].sort();
}
