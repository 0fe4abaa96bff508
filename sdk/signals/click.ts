import { redactName } from "../../contract/redact.ts";
import { isIgnored } from "./ignore.ts";
import type { Page } from "./page.ts";

const interactive = "[data-cusp-name],a,button,input,select,textarea,summary,label,[role]";

export function observeClick({ emit, listen }: Page): void {
  listen<MouseEvent>(document, "click", (event) => {
    const target = event.target as Element;
    if (isIgnored(target)) return;
    const element = target.closest(interactive) ?? target;
    const tag = element.localName;
    emit({ kind: "click", target: redactName(element.getAttribute("data-cusp-name") ?? tag, tag) });
  });
}
