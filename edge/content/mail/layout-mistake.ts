import { maxMailBytes, reason, understood } from "./mail.ts";
import { type Place, placesOf } from "./places.ts";
import { bare, full } from "./samples.ts";

export interface LayoutMistake {
  message: string;
  /** What of the layout is meant, where that can be found again. */
  part?: string;
}

const addresses = ["href", "src", "srcset", "background", "action", "formaction", "poster", "cite", "data", "xlink:href"];
const colours = ["style", "bgcolor", "color", "fill", "fillcolor", "strokecolor"];
/** Values that lead nowhere but to the site, or are its own. */
const isAddress = (output: string): boolean => /^(\w+\.)?(url|image_url|unsubscribe_url|website|logo)$|\|\s*link$/.test(output);
const isColour = (output: string): boolean => /^brand\.(colour|ink)$/.test(output);

/** What could do harm at its place, though it is escaped there. */
function misplaced({ output, where, attribute = "", isWhole }: Place): string | undefined {
  if (where === "text") return undefined;
  if (where === "style") return isColour(output) ? undefined : "styles may name brand.colour and brand.ink only";
  if (where === "elsewhere") return "a value stands in a text, or in an attribute within quotes";
  if (/^on|^srcdoc$/.test(attribute)) return "no value may stand in what a mail program would run";
  if (addresses.includes(attribute) && !(isWhole && isAddress(output)))
    return `in \`${attribute}\` a value is all there is, and is an address: put \`| link\` behind it`;
  if (colours.includes(attribute) && !isColour(output)) return `\`${attribute}\` may name brand.colour and brand.ink only`;
  return undefined;
}

/** What is wrong with a compiled layout: what `cusp check` tells, the edge refuses. */
export function layoutMistake(html: string, origins: readonly string[]): LayoutMistake | undefined {
  const bytes = new TextEncoder().encode(html).length;
  if (bytes > maxMailBytes)
    return { message: `it is compiled to ${Math.ceil(bytes / 1024)} KB; a mail has at most ${maxMailBytes / 1024}` };
  let fill: ReturnType<typeof understood>;
  try {
    fill = understood(html, origins);
  } catch (error) {
    return { message: reason(error) };
  }
  for (const place of placesOf(html)) {
    const message = misplaced(place);
    if (message !== undefined) return { message: `\`{{ ${place.output} }}\`: ${message}`, part: place.output };
  }
  try {
    const written = fill(full);
    if (!written.includes(full.unsubscribe_url))
      return {
        message: 'it has no way to unsubscribe: add {% if unsubscribe_url %}<a href="{{ unsubscribe_url }}">…</a>{% endif %}',
      };
  } catch (error) {
    return named(error, (path) => `there is no value \`${path}\` for a layout`);
  }
  try {
    fill(bare);
  } catch (error) {
    const where = (path: string) => `{% if ${path} %} and {% endif %}`;
    return named(error, (path) => `not every mail has \`${path}\`: put what names it between ${where(path)}`);
  }
  return undefined;
}

function named(error: unknown, say: (path: string) => string): LayoutMistake {
  const message = reason(error);
  const path = /^undefined variable: (.*)$/.exec(message)?.[1];
  return path === undefined ? { message } : { message: say(path), part: path };
}
