import { layoutMistake } from "../../content/mail/layout-mistake.ts";
import type { Path } from "../positions.ts";
import type { SiteFile } from "../schema/site-file.ts";
import type { Found } from "./rule.ts";

/** What the layouts of a site file were compiled to, by their paths as the file writes them. */
export type Layouts = Readonly<Record<string, string>>;

/** Where a file names its layouts. */
export function layoutsNamed({ email, messages }: Pick<SiteFile, "email" | "messages">): { path: Path; layout: string }[] {
  const own = Object.entries(messages).map(([name, { layout }]) => ({ path: ["messages", name, "layout"], layout }));
  return [{ path: ["email", "layout"], layout: email.layout }, ...own].flatMap(({ path, layout }) =>
    layout === undefined ? [] : { path, layout },
  );
}

/** Layouts that came with their file, and can be filled without harm. */
export function* layoutMistakes(file: SiteFile, layouts: Layouts): Generator<Found> {
  const seen = new Set<string>();
  for (const { path, layout } of layoutsNamed(file)) {
    if (seen.has(layout)) continue;
    seen.add(layout);
    const html = Object.hasOwn(layouts, layout) ? layouts[layout] : undefined;
    if (html === undefined) yield { path, message: `the layout did not come with the file: \`cusp push\` sends both` };
    else {
      const wrong = layoutMistake(html, file.origins);
      if (wrong) yield { path, message: `${layout}: ${wrong.message}` };
    }
  }
}

/** Of all that came with a file, what it names. */
export const ofFile = (file: SiteFile, layouts: Layouts): Layouts =>
  Object.fromEntries(
    layoutsNamed(file).flatMap(({ layout }) => (Object.hasOwn(layouts, layout) ? [[layout, layouts[layout] ?? ""]] : [])),
  );
