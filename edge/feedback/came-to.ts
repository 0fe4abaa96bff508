import type { Came } from "../profile/run.ts";
import type { Report } from "./report.ts";

/** What a report says of the message itself: at the tool, with the person, or with nobody. */
export const cameTo: Partial<Record<Report["what"], Came>> = {
  ...{ accepted: "taken", deferred: "taken", bounced: "taken" },
  ...{ delivered: "arrived", opened: "arrived", clicked: "arrived", replied: "arrived", dismissed: "arrived" },
  ...{ complained: "arrived", suppressed: "suppressed", failed: "failed" },
};

/** As the log of its destination says it. */
export const stateAs = (came: Came): "delivered" | "suppressed" | "failed" =>
  came === "taken" || came === "arrived" ? "delivered" : came;

/** What is known after one more report: what arrived has arrived, and what a tool gave up it had taken before. */
export const cameThen = (before: Came | undefined, came: Came | undefined): Came | undefined =>
  before === "arrived" || came === undefined || (came === "taken" && before) ? before : came;
