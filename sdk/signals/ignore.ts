/** A subtree that the site marked `data-cusp-ignore` is invisible to clicks and forms. */
export const isIgnored = (element: Element): boolean => element.closest("[data-cusp-ignore]") !== null;
