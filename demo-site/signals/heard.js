/** Shows each signal of the kind that the page is named after. */
const log = document.querySelector("[data-heard]");
globalThis.cusp("on", "signal", ({ kind, ...said }) => {
  if (kind === document.title) log.append(`${JSON.stringify({ kind, ...said }, undefined, 2)}\n`);
});
