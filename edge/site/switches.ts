/** What is switched off by hand, beside the site file: everything, or the triggers that are named. */
export interface Switches {
  readonly off: boolean;
  readonly triggers: readonly string[];
}

/** What to change: `off` for the whole site; for a trigger, whether it is on. */
export interface SwitchOrder {
  off?: boolean | undefined;
  triggers?: Readonly<Record<string, boolean>> | undefined;
}

export function switched(before: Switches, { off = before.off, triggers = {} }: SwitchOrder): Switches {
  const named = Object.keys(triggers);
  const left = before.triggers.filter((name) => !named.includes(name));
  return { off, triggers: [...left, ...named.filter((name) => !triggers[name])].sort() };
}
