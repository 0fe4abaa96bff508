import { pointerTo } from "../../pointer.ts";
import type { FileChange } from "../../site/changes.ts";
import type { Layouts } from "../../site/rules/layouts.ts";

// Layouts as they are kept beside the source of a version: JSON in one order, or null where there are none.

export function layoutsText(layouts: Layouts = {}): string | null {
  const all = Object.entries(layouts).sort(([a], [b]) => (a < b ? -1 : 1));
  return all.length ? JSON.stringify(Object.fromEntries(all)) : null;
}

export const layoutsIn = (text: string | null): Layouts => (text === null ? {} : (JSON.parse(text) as Layouts));

/** Which layouts differ: what they look like nobody reads line by line. */
export function layoutChanges(before: Layouts, after: Layouts): FileChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name): FileChange[] => {
    if (before[name] === after[name]) return [];
    const what = before[name] === undefined ? "added" : after[name] === undefined ? "removed" : "changed";
    return [{ pointer: pointerTo(["layouts", name]), what }];
  });
}
