const soonestMs = 20_000;
const latestMs = 3_600_000;

/** A user's object that could not be reached is asked again, later each time. */
export const againAfterMs = (failed = 0): number => Math.min(latestMs, soonestMs * 2 ** failed);

/** A past that could not be brought for a month would count for nothing any more. */
export const givenUpAfterMs = 30 * 86_400_000;
