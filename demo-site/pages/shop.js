/** The shop's own small script: a cart that lasts as long as the tab. It knows nothing of Cusp, and tells GA4's data layer what happens. */
const goods = {
  "harbour-blend": { name: "Harbour Blend", price: 14, url: "/p/harbour-blend", category: "coffee", margin: "high" },
  "lighthouse-espresso": {
    name: "Lighthouse Espresso",
    price: 16,
    url: "/p/lighthouse-espresso",
    category: "coffee",
    margin: "high",
  },
  "plan-tide": { name: "Tide, every second week", price: 12, url: "/pricing", category: "plan", margin: "medium" },
  "plan-harbour": { name: "Harbour, every second week", price: 22, url: "/pricing", category: "plan", margin: "medium" },
  "plan-open-sea": { name: "Open Sea, every second week", price: 39, url: "/pricing", category: "plan", margin: "low" },
};

function tell(event, all, more = {}) {
  const items = all.map(([sku, quantity]) => {
    const { name, price, category, margin } = goods[sku];
    return { item_id: sku, item_name: name, item_category: category, price, quantity, margin };
  });
  const value = items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  globalThis.dataLayer ??= [];
  globalThis.dataLayer.push({ event, ecommerce: { currency: "EUR", value, items, ...more } });
}

const cart = () => JSON.parse(sessionStorage.getItem("cart") ?? "{}");
const lines = () => Object.entries(cart()).filter(([sku]) => sku in goods);

function put(sku, count) {
  const all = cart();
  if (count > 0) all[sku] = count;
  else delete all[sku];
  sessionStorage.setItem("cart", JSON.stringify(all));
  draw();
}

function add(sku, count) {
  put(sku, (cart()[sku] ?? 0) + count);
  tell(count > 0 ? "add_to_cart" : "remove_from_cart", [[sku, Math.abs(count)]]);
}

function make(tag, text, attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function line([sku, count]) {
  const { name, price, url } = goods[sku];
  const row = make("li", "");
  const fewer = make("button", "−", { type: "button", "aria-label": `One ${name} fewer` });
  const more = make("button", "+", { type: "button", "aria-label": `One ${name} more` });
  fewer.addEventListener("click", () => add(sku, -1));
  more.addEventListener("click", () => add(sku, 1));
  const amount = make("span", "", { class: "amount" });
  amount.append(fewer, make("b", String(count)), more);
  row.append(make("a", name, { href: url }), amount, make("b", `€${price * count}`, { class: "cost" }));
  return row;
}

function draw() {
  const all = lines();
  const count = all.reduce((sum, [, n]) => sum + n, 0);
  const total = all.reduce((sum, [sku, n]) => sum + n * goods[sku].price, 0);
  for (const element of document.querySelectorAll("[data-cart-count]")) element.textContent = String(count);
  for (const element of document.querySelectorAll("[data-cart-total]")) element.textContent = `€${total}`;
  const empty = document.querySelector("[data-cart-empty]");
  if (empty) {
    empty.hidden = count > 0;
    document.querySelector("[data-cart-full]").hidden = count === 0;
    document.querySelector("[data-cart-lines]").replaceChildren(...all.map(line));
  }
  const order = all.map(([sku, n]) => make("li", `${n} × ${goods[sku].name}`));
  document.querySelector("[data-order-lines]")?.replaceChildren(...(count ? order : [make("li", "Nothing chosen yet")]));
}

for (const button of document.querySelectorAll("[data-add]")) {
  button.addEventListener("click", () => {
    add(button.dataset.add, Number(document.querySelector("[name=bags]").value) || 1);
    document.querySelector("[data-added]").hidden = false;
  });
}

for (const button of document.querySelectorAll("[data-plan]")) {
  button.addEventListener("click", () => {
    add(button.dataset.plan, 1);
    document.querySelector("[data-plan-note]").hidden = false;
  });
}

const refused = document.querySelector("[data-refused]");

document.querySelector("[data-order]")?.addEventListener("submit", (event) => {
  event.preventDefault();
  refused.hidden = true;
  if (new FormData(event.target).get("pay") === "card") {
    refused.hidden = false;
    globalThis.dataLayer.push({ event: "payment_failed", code: "card_declined" });
    return;
  }
  tell("purchase", lines(), { transaction_id: crypto.randomUUID() });
  sessionStorage.removeItem("cart");
  draw();
  document.querySelector("[data-checkout]").hidden = true;
  const thanks = document.querySelector("[data-thanks]");
  thanks.hidden = false;
  thanks.focus();
});

/** The shop's own chat, for messages that open it. What is written there goes nowhere. */
globalThis.cuspTouchpoints = {
  chat({ content }) {
    const box = make("dialog", "", { class: "counter", "aria-label": "The counter" });
    const line = make("form", "", { method: "dialog" });
    line.append(
      make("textarea", "", { name: "line", rows: "3", placeholder: "What was it?", "aria-label": "Your line" }),
      make("button", "Send", { class: "button" }),
    );
    const first = content.chat?.priority ? "You go first. " : "";
    box.append(make("h2", "The counter"), make("p", `${first}Somebody is here and reads along.`), line);
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.showModal();
  },
};

draw();
const { sku } = document.querySelector("[data-sku]")?.dataset ?? {};
if (sku) tell("view_item", [[sku, 1]]);
if (document.querySelector("[data-cart-empty]")) tell("view_cart", lines());
if (document.querySelector("[data-order]")) tell("begin_checkout", lines());
