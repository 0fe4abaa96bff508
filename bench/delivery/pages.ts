/**
 * Writes down every signal as it is made, at once and where other tabs of the visitor can read it when this one is gone: the
 * leaving page has no time for anything else.
 */
const visit = `<!doctype html><title>visit</title>
<script>
  globalThis.cusp = (...command) => { (cusp.q ??= []).push(command); };
  cusp("on", "signal", ({ page, n, at, kind }) => localStorage.setItem(["made", page, n, at, kind].join(" "), ""));
  addEventListener("pageshow", ({ persisted }) => { if (persisted) localStorage.setItem("restored " + Math.random(), ""); });
</script>
<script async src="/cusp.js" data-site="pk_demo" data-consent="granted"></script>
<body style="height:4000px">
<button id="look">Look</button> <button id="twin" onclick="twin = window.open(location.href)">Twin</button> <a href="/plain">Leave</a>`;

const plain = "<!doctype html><title>plain</title>";

export const pages = (path: string): string | undefined => (path === "/visit" ? visit : path === "/plain" ? plain : undefined);
