import { Liquid } from "liquidjs";
import { Missing } from "../liquid.ts";
import { siteLink } from "./site-link.ts";

/** Mail programs cut off what is longer: Gmail at 102 KB. */
export const maxMailBytes = 100 * 1024;
/** Outputs, tags and pieces of text that one mail may take to write. */
const maxSteps = 20_000;

/** A layout goes through blocks and their items, so it may loop; it names nothing anew and includes nothing. */
const tags = ["if", "unless", "case", "for", "comment"];
const filters = [
  ...["append", "prepend", "capitalize", "downcase", "upcase", "strip", "truncate", "default", "first", "last", "size", "join"],
  ...["plus", "minus", "times", "divided_by", "round", "floor", "ceil"],
];

/** Braces and bars too: a tool that fills in templates of its own finds none in what people told. */
const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "{": "&#123;",
  "}": "&#125;",
  "[": "&#91;",
  "|": "&#124;",
};

const escaped = (value: unknown): string =>
  typeof value === "string" || typeof value === "number"
    ? String(value).replace(/[&<>"'{}[|]/g, (char) => entities[char] as string)
    : "";

function only<T>(all: Record<string, T>, names: readonly string[]): void {
  for (const name of Object.keys(all)) if (!names.includes(name)) delete all[name];
}

/** What a layout makes of the values of one mail. @throws Missing where it names what there is not, or grows beyond all bounds */
export type Fill = (values: object) => string;

/** Understands layouts: HTML in which Liquid stands, whose every output is escaped. @throws where one does not parse */
export function layouts(origins: readonly string[]): (html: string) => Fill {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    lenientIf: true,
    jsTruthy: true, // an empty text is as good as none
    ownPropertyOnly: true,
    outputEscape: escaped,
    templates: {},
    parseLimit: 1_000_000,
    memoryLimit: 1_000_000,
  });
  only(liquid.tags, tags);
  only(liquid.filters, filters);
  liquid.registerFilter("link", function (value) {
    const link = siteLink(value, origins, String(this.context.getSync(["message_id"])));
    if (link === undefined) throw new Missing("a link of the layout leads off the site");
    return link;
  });

  // The time limit of liquidjs does nothing where the clock stands still while code runs.
  let steps = 0;
  const { renderer } = liquid;
  const render = renderer.renderTemplates.bind(renderer);
  renderer.renderTemplates = function* (templates, ...rest) {
    steps += templates.length;
    if (steps > maxSteps) throw new Missing("the layout takes too many steps");
    return yield* render(templates, ...rest);
  };

  return (html) => {
    const template = liquid.parse(html);
    return (values) => {
      steps = 0;
      try {
        const written = String(liquid.renderSync(template, values));
        if (new TextEncoder().encode(written).length > maxMailBytes)
          throw new Missing(`the mail is larger than ${maxMailBytes / 1024} KB, and mail programs would cut it off`);
        return written;
      } catch (error) {
        throw new Missing(reason(error));
      }
    };
  };
}

/** liquidjs wraps what is thrown while it renders, and adds where that was. */
export function reason(error: unknown): string {
  const { originalError, message } = error as { originalError?: Error; message?: string };
  return (originalError?.message ?? message ?? "not a template").replace(/, (line|file).*/s, "");
}
