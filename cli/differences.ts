import type { FileChange } from "../edge/site/changes.ts";
import { paint } from "./paint.ts";
import { plain } from "./plain.ts";

const maxLines = 60;

const signs = { added: ["+", "green"], removed: ["-", "red"], changed: ["~", "yellow"], moved: ["~", "yellow"] } as const;

/** `/triggers/cart-exit/priority` as a person says it. */
const named = (pointer: string): string =>
  pointer === "" ? "the file" : plain(pointer.slice(1).split("/").join(" › ").replace(/~1/g, "/").replace(/~0/g, "~"));

function line({ pointer, what, from, to }: FileChange): string {
  const [sign, colour] = signs[what] ?? ["~", "yellow"];
  const values = [from, to].filter((value) => value !== undefined).map(plain);
  const said = what === "moved" ? " in another order" : values.length ? `: ${values.join(" → ")}` : "";
  return paint(colour, `  ${sign} ${named(String(pointer))}${said}`);
}

/** What a push changes, one line each. */
export function differences(changes: readonly FileChange[]): string {
  const rest = changes.length - maxLines;
  return [...changes.slice(0, maxLines).map(line), ...(rest > 0 ? [`  … and ${rest} more`] : [])].join("\n");
}
