import type { OnsiteMessage } from "../../contract/wire.ts";
import type { Touchpoints } from "../touchpoints.ts";
import { actionOf } from "./actions.ts";
import { coversPayment } from "./manners.ts";
import { style } from "./style.ts";
import { words } from "./words.ts";

interface Heard {
  clicked: () => void;
  dismissed: () => void;
}

type Children = (Node | string)[];

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  children: Children = [],
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children); // texts, never HTML
  return element;
}

/** Blocks of a message, as a list; what is still to be seen when it is opened. */
function details(blocks: OnsiteMessage["content"]["blocks"], lead: boolean): Node[] {
  const { more, until } = words();
  const lines = blocks.flatMap(({ text, deadline }) => [
    ...(text ? [text] : []),
    ...(deadline ? [`${until} ${new Date(deadline).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}`] : []),
  ]);
  if (!lines.length) return [];
  const list = make(
    "ul",
    {},
    lines.map((line) => make("li", {}, [line])),
  );
  return [lead ? make("details", {}, [make("summary", {}, [more]), list]) : list];
}

/**
 * Draws a message into a shadow root of its own, over the page and never in its flow: nothing moves. The focus stays where it is; a
 * screen reader hears the title.
 * @returns `covers`: it would lie over a payment form; `empty`: it has nothing to say here
 */
export function draw(message: OnsiteMessage, own: Touchpoints, { clicked, dismissed }: Heard): "shown" | "covers" | "empty" {
  const { onsite, chat, blocks } = message.content;
  const title = onsite?.title ?? chat?.text ?? blocks[0]?.text;
  const doing = actionOf(message, own);
  if (!title || (!onsite && !doing)) return "empty"; // an offer to chat, and no chat to open
  const anchor = onsite?.look === "inline" && onsite.near ? near(onsite.near) : undefined;
  const look = onsite?.look === "inline" && !anchor ? "card" : (onsite?.look ?? "card");

  const host = make("cusp-message" as "div", { look, "data-cusp-ignore": "" });
  const root = host.attachShadow({ mode: "open" });
  dress(root);
  const close = () => {
    host.remove();
    dismissed();
  };
  const x = make("button", { class: "x", type: "button", "aria-label": words().close }, ["×"]);
  x.addEventListener("click", close);
  const go =
    doing &&
    make(doing.url ? "a" : "button", { class: "go", ...(doing.url ? { href: doing.url } : { type: "button" }) }, [doing.label]);
  const status = make("div", { role: "status" });
  go?.addEventListener("click", () => {
    clicked();
    if (!doing?.act) return;
    void Promise.resolve(doing.act()).then((said) => {
      if (said === undefined) return;
      go.replaceWith(make("p", { class: "said" }, [said]));
      status.textContent = said;
      x.focus(); // what had it is gone
    });
  });
  const said = [onsite?.body ?? (onsite && chat?.text)].filter((text) => text !== undefined);
  const rest = onsite || chat?.text ? blocks : blocks.slice(1);
  const section = make("section", { "aria-label": title, dir: getComputedStyle(document.body).direction }, [
    make("header", {}, [make("h2", {}, [title]), x]),
    ...said.map((text) => make("p", {}, [text])),
    ...details(rest, said.length > 0 || look === "badge"),
    ...(go ? [go] : []),
  ]);
  section.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  root.append(section, status);
  document.body.append(host);
  if (anchor) stayAt(host, anchor);
  if (coversPayment(host.getBoundingClientRect())) {
    host.remove();
    return "covers";
  }
  setTimeout(() => (status.textContent = title), 150); // a live region speaks of what changes in it
  return "shown";
}

const roomPx = 120;

/** What is to stand beside it. Out of view nobody would see either. */
function near(selector: string): Element | undefined {
  try {
    const found = document.querySelector(selector);
    const { width = 0, bottom = 0 } = found?.getBoundingClientRect() ?? {};
    return found && width && bottom > 0 && bottom < innerHeight - roomPx ? found : undefined;
  } catch {
    return undefined; // no selector
  }
}

/** Below the element it belongs to, or above it at the end of the page. */
function stayAt(host: HTMLElement, anchor: Element): void {
  const place = () => {
    const box = anchor.getBoundingClientRect();
    const { offsetHeight: height, offsetWidth: width } = host;
    const isLast = box.bottom + scrollY + height + 16 > document.documentElement.scrollHeight;
    const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - width - 8));
    host.style.top = `${scrollY + (isLast ? box.top - height - 8 : box.bottom + 8)}px`;
    host.style.left = `${scrollX + left}px`;
  };
  place();
  new ResizeObserver(place).observe(document.documentElement);
}

function dress(root: ShadowRoot): void {
  const sheet = new CSSStyleSheet(); // allowed by every Content Security Policy, as an element with styles is not
  sheet.replaceSync(style);
  root.adoptedStyleSheets = [sheet];
}
