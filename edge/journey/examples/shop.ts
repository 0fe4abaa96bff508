import page from "../../../docs/examples.md?raw";
import { siteOf } from "../../test/somebody.ts";

const headed = (section: string): [heading: string, yaml: string] => [
  section.slice(0, section.indexOf("\n")),
  /```yaml\n([\s\S]*?)```/.exec(section)?.[1] ?? "",
];
const sections = new Map<string, string>(page.split(/^## /m).slice(1).map(headed));
const [shop = "", ...names]: string[] = [...sections.keys()];

/** Every example of docs/examples.md, by its heading. */
export const examples: readonly string[] = names;

/** The file of a shop that has these examples: their keys joined, as the page says. */
export function fileWith(...wanted: readonly string[]): string {
  const joined = new Map<string, string>();
  for (const name of [shop, ...wanted]) {
    const yaml = sections.get(name);
    if (!yaml) throw new Error(`docs/examples.md has no example called ${name}`);
    for (const part of yaml.split(/^(?=\w)/m)) {
      const key = part.slice(0, part.indexOf(":"));
      const had = joined.get(key);
      joined.set(key, had === undefined ? part : had + part.slice(part.indexOf("\n") + 1));
    }
  }
  return [...joined.values()].join("");
}

export const shopWith = (...wanted: readonly string[]) => siteOf(fileWith(...wanted));
