/** Of one feed, as JSON or as the file that it is read from. */
export const maxFeedBytes = 5_000_000;
export const maxRows = 20_000;
/** Of all feeds of a site: every isolate that decides for its people holds them. */
export const maxSiteBytes = 10_000_000;
