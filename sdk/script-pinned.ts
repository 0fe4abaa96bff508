import { openScoring } from "./scoring.ts";
import { startFromTag } from "./tag.ts";

/** All in one file: a site that pins its hash has pinned everything that runs. */
startFromTag(() => Promise.resolve({ openScoring }));
