// A shop that has told its tag manager for years, and knows nothing of Cusp.
globalThis.dataLayer = [{ event: "gtm.js" }];
addEventListener("click", ({ target }) => {
  const { push } = target.dataset;
  if (push) globalThis.dataLayer.push({ ecommerce: null }, JSON.parse(push));
});
