import { Stop } from "../stop.ts";

/** What is wrong with a layout, and where; lines count from 1. */
export interface LayoutFault {
  line: number;
  message: string;
}

type Mjml = typeof import("mjml")["default"];

/** No fonts from elsewhere: a mail that loads one tells somebody that it was read. */
const options = { validationLevel: "soft", ignoreIncludes: true, minify: false, beautify: false, fonts: {} };

/** Every output and tag of a template. */
const liquidIn = (text: string): string[] => text.match(/\{\{.*?\}\}|\{%.*?%\}/gs) ?? [];

const lineOf = (source: string, part: string): number => source.slice(0, Math.max(0, source.indexOf(part))).split("\n").length;

/** Makes HTML of MJML; the Liquid in it stays as it is. Reads no other file, whatever the layout says. */
export async function compiled(source: string): Promise<{ html: string } | { faults: LayoutFault[] }> {
  const include = /<mj-include\b/.exec(source);
  if (include)
    return {
      faults: [{ line: lineOf(source, include[0]), message: "`mj-include` reads other files: write what it holds here" }],
    };
  const mjml = await compiler();
  try {
    const { html, errors } = await mjml(source, options);
    if (errors.length)
      return { faults: errors.map(({ line, message, tagName }) => ({ line, message: `${tagName}: ${message}` })) };
    const lost = liquidIn(source).find((part) => !html.includes(part));
    if (lost !== undefined)
      return {
        faults: [{ line: lineOf(source, lost), message: `MJML changed \`${lost}\`: between elements put it into <mj-raw>` }],
      };
    // Indentation is a third of what MJML writes.
    return { html: html.replace(/\n\s*/g, "\n").trim() };
  } catch (error) {
    return { faults: [{ line: 1, message: error instanceof Error ? error.message : "MJML cannot read it" }] };
  }
}

/** Only whoever has a layout of their own needs it. */
async function compiler(): Promise<Mjml> {
  try {
    return (await import("mjml")).default;
  } catch {
    throw new Stop("a layout of your own is compiled by the package mjml, which is not here; run: npm install --save-dev mjml@5");
  }
}
