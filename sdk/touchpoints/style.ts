/** Themed by custom properties of the page: `--cusp-accent`, `--cusp-surface`, `--cusp-text`, `--cusp-radius`, `--cusp-font`, `--cusp-bottom`, `--cusp-end`. */
export const style = `
:host{all:initial;position:fixed;z-index:2147483000;inset-block-end:var(--cusp-bottom,20px);inset-inline-end:var(--cusp-end,20px);max-inline-size:min(360px,calc(100vw - 40px))}
:host([look=badge]){max-inline-size:min(260px,calc(100vw - 40px))}
:host([look=inline]){position:absolute;inset:auto;z-index:1000}
section{box-sizing:border-box;font:16px/1.45 var(--cusp-font,system-ui,sans-serif);color:var(--cusp-text,#1c1b1a);background:var(--cusp-surface,#fff);border:1px solid color-mix(in srgb,currentColor 14%,transparent);border-radius:var(--cusp-radius,14px);box-shadow:0 8px 30px #0003;padding:16px 18px}
header{display:flex;gap:8px;align-items:start;justify-content:space-between}
h2{font-size:1em;line-height:1.35;font-weight:650;margin:6px 0}
p,ul{margin:6px 0;padding:0 0 0 0}
ul{list-style:none}
summary{cursor:pointer;padding:4px 0;opacity:.8}
button,a{font:inherit;color:inherit}
.x{flex:none;inline-size:36px;block-size:36px;margin:-4px;margin-inline-end:-8px;border:0;border-radius:50%;background:none;font-size:22px;line-height:1;cursor:pointer;opacity:.7}
.x:hover{opacity:1;background:color-mix(in srgb,currentColor 8%,transparent)}
.go{display:inline-block;box-sizing:border-box;margin-block-start:10px;padding:10px 18px;min-block-size:44px;border:0;border-radius:calc(var(--cusp-radius,14px) - 4px);background:var(--cusp-accent,#1f5c43);color:var(--cusp-on-accent,#fff);font-weight:600;text-decoration:none;cursor:pointer}
:focus-visible{outline:3px solid var(--cusp-accent,#1f5c43);outline-offset:2px}
.said{font-weight:600}
[role=status]{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
@media(max-width:480px){:host(:not([look=inline],[look=badge])){inset-inline:0;inset-block-end:0;max-inline-size:none}:host(:not([look=inline],[look=badge])) section{border-end-start-radius:0;border-end-end-radius:0;padding-block-end:calc(16px + env(safe-area-inset-bottom))}.go{inline-size:100%;text-align:center}}
@media(prefers-color-scheme:dark){section{color:var(--cusp-text,#f3f1ee);background:var(--cusp-surface,#24211f)}.go{background:var(--cusp-accent,#9ed8ba);color:var(--cusp-on-accent,#10241a)}:focus-visible{outline-color:var(--cusp-accent,#9ed8ba)}}
@media(prefers-reduced-motion:no-preference){section{animation:in .22s ease-out}@keyframes in{from{opacity:0;transform:translateY(12px)}}}
@media(forced-colors:active){section,.go{border:1px solid}}
@media print{:host{display:none}}
`;
