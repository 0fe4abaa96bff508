import { writeFileSync } from "node:fs";
import { parse } from "yaml";
import { recipes } from "../edge/site/recipes/recipes.ts";
import { secretPrefix } from "../edge/site/secret-name.ts";
import { plain, plainJson } from "./plain.ts";
import { Stop } from "./stop.ts";

export interface InitOptions {
  recipe?: string | undefined;
  site?: string | undefined;
  /** Where to write it. */
  out?: string | undefined;
  json?: boolean | undefined;
}

const placeholder = "pk_REPLACE0WITH0YOURS0000";
const listedRecipes = (): string => Object.keys(recipes).join(", ");

/** Writes a first site file: a recipe, and what only the site can say. */
export function init({ recipe: wanted = "cart", site = placeholder, out = "cusp.yaml", json = false }: InitOptions): void {
  if (!/^pk_[A-Za-z0-9]{4,40}$/.test(site))
    throw new Stop("a site key starts with pk_, like --site pk_demo; `cusp key` asks for one", 2);
  const recipe = recipeOf(wanted);
  try {
    writeFileSync(out, firstFile(recipe, site), { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST")
      throw new Stop(`${out} is there already and stays as it is; choose another name, like --out first.yaml`, 2);
    throw new Stop(`${out} cannot be written`, 2);
  }
  const next = `cusp check ${out}`;
  console.log(
    json ? plainJson({ ok: true, file: out, recipe, next }) : plain(`${out} is written, with ${recipe}. Next: ${next}`),
  );
}

/** By its full name, or by how that begins: the newest version. */
function recipeOf(wanted: string): string {
  const short = wanted.replaceAll(" ", "-");
  const found = Object.keys(recipes).filter((name) => name === short || name.startsWith(`recipe/${short}`));
  const newest = found.sort((a, b) => Number(a.split("@")[1]) - Number(b.split("@")[1])).at(-1);
  if (newest === undefined) throw new Stop(`there is no recipe \`${plain(wanted)}\`; there are ${listedRecipes()}`, 2);
  return newest;
}

interface Brought {
  pages?: Record<string, { match: string[]; key?: boolean }>;
  journeys?: Record<string, { steps: { channels: string[] }[] }>;
}

/** The recipe by its name, and what only the site can say: its addresses, its paths, the tool that sends. */
export function firstFile(recipe: string, site: string): string {
  const { pages = {}, journeys = {} } = parse(recipes[recipe] as string) as Brought;
  const spoken = Object.values(journeys).flatMap(({ steps }) => steps.flatMap(({ channels }) => channels));
  const channels = [...new Set(["email", ...spoken])].join(", ");
  const shown: NonNullable<Brought["pages"]> = { product: { match: ["/p/*"], key: true }, ...pages };
  const paths = Object.entries(shown).map(
    ([type, { match, key = false }]) => `  ${type}: { match: [${match.join(", ")}]${key ? ", key: true" : ""} }`,
  );
  return `# What Cusp may say to your visitors, and when. \`cusp explain\` says it in sentences.
version: 1
site: ${site}
origins: [https://shop.example] # the addresses of your site, exactly
use: ${recipe} # triggers, journeys and messages; what you write here comes before it
pages: # where they are on your site; * stands for anything
${paths.join("\n")}
destinations: # who sends; its secret is named here and kept elsewhere
  tool: { url: https://tool.example/hook, channels: [${channels}], secret: ${secretPrefix(site, "tool")} }
`;
}
