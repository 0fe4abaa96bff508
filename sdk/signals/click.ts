import { redactName } from "../../contract/redact.ts";
import { isIgnored } from "./ignore.ts";
import type { Clicked, Page } from "./page.ts";

const interactive = "[data-cusp-name],a,button,input,select,textarea,summary,label,[role]";

function clickedBy({ target }: Event): Clicked | undefined {
  if (isIgnored(target as Element)) return undefined;
  const element = (target as Element).closest(interactive) ?? (target as Element);
  const tag = element.localName;
  const given = element.getAttribute("data-cusp-name");
  return { element, name: given ? redactName(given, tag) : tag };
}

/** Clicks by the name of what was clicked, unless the site hides it from us. */
export function listenToClicks(page: Page, task: (target: string, element: Element, event: MouseEvent) => void): void {
  page.clicks ??= new WeakMap(); // several ask about one click: each is looked at once
  const { listen, clicks } = page;
  listen<MouseEvent>(document, "click", (event) => {
    if (!clicks.has(event)) clicks.set(event, clickedBy(event));
    const clicked = clicks.get(event);
    if (clicked) task(clicked.name, clicked.element, event);
  });
}

export function observeClick(page: Page): void {
  listenToClicks(page, (target) => page.emit({ kind: "click", target }));
}
