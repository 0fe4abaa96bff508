import type { ConditionFacts } from "../decide/conditions.ts";
import { isFed } from "../decide/fed.ts";
import type { Message } from "../site/schema/messages.ts";
import { Missing, namedIn, rendered } from "./liquid.ts";

type Block = Message["blocks"][number];
type Variant = NonNullable<Block["variants"]>[number];

/** A block as it leaves: its text, or its items; for variants which one was chosen, how likely that was, and among which. */
export interface SaidBlock {
  id: string;
  text?: string;
  items?: readonly unknown[];
  deadline?: string;
  variant?: string;
  probability?: number;
  alternatives?: string[];
}

interface Saying {
  scope: () => Readonly<Record<string, unknown>>;
  holds: (when: string) => boolean;
  /** The paths of the facts that a condition looks at. */
  reads: (when: string) => Iterable<string>;
  facts: Pick<ConditionFacts, "asOf">;
  nowMs: number;
  /** A stable number of this person, 0–1, under a name. */
  shareOf: (name: string) => number;
}

/** The value under a path like `cart.items`. */
export function valueAt(scope: unknown, path: string): unknown {
  let value = scope;
  for (const part of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

const defaultLimit = 4;

/** A block without all that it needs is left out: no hole is ever shown. */
export function saidBlock(block: Block, saying: Saying): SaidBlock | undefined {
  const { scope } = saying;
  const deadline = block.deadline === undefined ? undefined : valueAt(scope(), block.deadline);
  if (block.deadline !== undefined && typeof deadline !== "string") return undefined;
  const said = { id: block.id, ...(typeof deadline === "string" && { deadline }) };
  if (block.list !== undefined) {
    const items = valueAt(scope(), block.list);
    return Array.isArray(items) && items.length ? { ...said, items: items.slice(0, block.limit ?? defaultLimit) } : undefined;
  }
  if (block.text !== undefined) {
    const text = textOr(block.text, scope);
    return text === undefined ? undefined : { ...said, text };
  }
  const eligible = (block.variants ?? []).flatMap((variant) => {
    const isOpen = (variant.when === undefined || saying.holds(variant.when)) && isFresh(variant, saying);
    const text = isOpen ? textOr(variant.text, scope) : undefined;
    return text === undefined ? [] : [{ variant, text }];
  });
  const isFirst = (block.choose ?? "first") === "first";
  const [chosen, probability] = isFirst ? [eligible[0], 1] : split(eligible, saying.shareOf(`block ${block.id}`));
  if (!chosen) return undefined;
  const alternatives = eligible.flatMap(({ variant }) => (variant === chosen.variant ? [] : variant.id));
  return { ...said, variant: chosen.variant.id, text: chosen.text, ...(!isFirst && { probability, alternatives }) };
}

/** Whether what feeds tell of all that a variant names is there, and young enough for it. */
function isFresh({ when, text, data_max_age: maxAgeMs }: Variant, { reads, facts, nowMs }: Saying): boolean {
  if (maxAgeMs === undefined) return true;
  return [...namedIn(text), ...(when === undefined ? [] : reads(when))].every((path) => {
    const atMs = facts.asOf(path);
    return atMs === undefined ? !isFed(path) : nowMs - atMs <= maxAgeMs;
  });
}

function textOr(source: string, scope: () => object): string | undefined {
  try {
    return rendered(source, scope);
  } catch (error) {
    if (error instanceof Missing) return undefined;
    throw error;
  }
}

interface Eligible {
  variant: Variant;
  text: string;
}

/** One of them by weight: the same for the same share as long as the same ones are eligible. */
function split(all: readonly Eligible[], share: number): [Eligible | undefined, number] {
  const whole = all.reduce((sum, { variant }) => sum + variant.weight, 0);
  let left = share * whole;
  for (const one of all) {
    left -= one.variant.weight;
    if (left < 0) return [one, one.variant.weight / whole];
  }
  return [all.at(-1), (all.at(-1)?.variant.weight ?? 0) / whole];
}
