// All that only a push needs. It is imported when one comes, so that no isolate loads it to answer a page: docs/decisions/011.
export { changesBetween } from "../../site/changes.ts";
export { checkSiteFile, maxSourceBytes } from "../../site/check.ts";
