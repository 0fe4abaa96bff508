import { parse } from "yaml";
import { meant, nearest } from "../decide/conditions/nearest.ts";
import type { Path } from "./positions.ts";
import { recipes } from "./recipes/recipes.ts";
import type { Found } from "./rules/rule.ts";
import { recipeName } from "./schema/site-file.ts";

type Map = Record<string, unknown>;

/** More are refused by the shape. */
const maxUsed = 10;

export interface Expanded {
  plain: unknown;
  found: Found[];
  /** The entry of `use` that brought what stands at this path, and how many keys of the path it has. */
  broughtBy: (path: Path) => { use: Path; recipe: string; depth: number } | undefined;
}

/** Puts the recipes that a file uses under what the file says itself. */
export function expandRecipes(own: unknown): Expanded {
  const used = isMap(own) ? [own.use ?? []].flat().slice(0, maxUsed) : [];
  const found: Found[] = [];
  const brought: { use: Path; recipe: string; plain: Map }[] = [];
  for (const [i, entry] of used.entries()) {
    const recipe = typeof entry === "string" ? entry : "";
    const use = isMap(own) && Array.isArray(own.use) ? ["use", i] : ["use"];
    const text = Object.hasOwn(recipes, recipe) ? recipes[recipe] : undefined;
    if (text) brought.push({ use, recipe, plain: parse(text) as Map });
    else if (recipeName.safeParse(recipe).success) {
      const names = Object.keys(recipes);
      const instead = meant(nearest(recipe, names)) || `; there are ${names.join(", ")}`;
      found.push({ path: use, message: `there is no recipe \`${recipe}\`${instead}` });
    }
  }
  const plain = brought.length ? [...brought.map((one) => one.plain), own].reduce(merged, {}) : own;
  return {
    plain,
    found,
    broughtBy: (path) =>
      brought
        .map(({ use, recipe, plain: from }) => ({ use, recipe, depth: depthIn(from, path, plain) }))
        .sort((a, b) => b.depth - a.depth)[0],
  };
}

/**
 * Item by item for lists whose items have an id, key by key for maps; for anything else the upper one holds. The keys of the upper
 * one come first: of pages the first match wins.
 */
function merged(under: unknown, over: unknown): unknown {
  if (Array.isArray(under) && Array.isArray(over) && [...under, ...over].every(hasId)) {
    const kept = under.map((item) => merged(item, over.find(({ id }) => id === item.id) ?? {}));
    return [...kept, ...over.filter(({ id }) => !under.some((item) => item.id === id))];
  }
  if (!isMap(under) || !isMap(over)) return over;
  const above = Object.entries(over).map(([key, value]) => [key, Object.hasOwn(under, key) ? merged(under[key], value) : value]);
  return {
    ...Object.fromEntries(above),
    ...Object.fromEntries(Object.entries(under).filter(([key]) => !Object.hasOwn(over, key))),
  };
}

const isMap = (value: unknown): value is Map => typeof value === "object" && value !== null && !Array.isArray(value);
const hasId = (value: unknown): boolean => isMap(value) && value.id !== undefined;

/** `path` counts items as they stand in `whole`. */
function depthIn(from: unknown, path: Path, whole: unknown): number {
  let [value, all] = [from, whole];
  for (const [depth, part] of path.entries()) {
    all = isMap(all) || Array.isArray(all) ? (all as Map)[part] : undefined;
    if (Array.isArray(value) && isMap(all) && all.id !== undefined) value = value.find((item) => item?.id === (all as Map).id);
    else value = isMap(value) || Array.isArray(value) ? (value as Map)[part] : undefined;
    if (value === undefined) return depth;
  }
  return path.length;
}
