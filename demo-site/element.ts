type Child = Node | string | false | null | undefined;

/** Makes an element. Whatever comes as text stays text: nothing here parses markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  for (const child of children) if (child) made.append(child);
  return made;
}

/** A link when the address is one of the web, else the same text without a link. */
export function webLink(address: string, label: string, className: string): HTMLElement {
  let url: URL | undefined;
  try {
    url = new URL(address, location.href);
  } catch {
    // not an address at all: shown as text
  }
  if (url?.protocol !== "https:" && url?.protocol !== "http:") return element("span", { class: className }, label);
  return element("a", { class: className, href: url.href, rel: "noreferrer" }, label);
}
