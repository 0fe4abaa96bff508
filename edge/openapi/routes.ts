import type * as z from "zod";
import { query as deliveriesQuery, range } from "../admin/deliveries.ts";
import { body as feed } from "../admin/feeds.ts";
import { pushQuery, rollbackBody } from "../admin/files.ts";
import { query as peopleQuery } from "../admin/people.ts";
import { query as reviewsQuery } from "../admin/reviews.ts";
import { order } from "../admin/switches.ts";
import { asked } from "../admin/tokens.ts";
import { shape } from "../feedback/reading/generic-shape.ts";
import { batch } from "../ingest/batch.ts";
import { body as events } from "../server-api/events.ts";
import { body as profile } from "../server-api/profiles.ts";
import { body as state } from "../server-api/state.ts";
import type { AnswerName } from "./answers.ts";

/** Who may ask: anybody, a site's server, a tool that signs, an operator. */
export type Opener = "server" | "signed" | "admin";

/** One thing that may be asked of the edge. */
export interface Route {
  says: string;
  by?: Opener;
  /** What is sent: JSON of this shape, or text of this kind. */
  body?: z.ZodType | "application/yaml" | "text/plain" | "application/x-www-form-urlencoded";
  query?: z.ZodObject;
  /** What comes back where all is well: the status, and a shape of `answers`, or the kind of text; JSON otherwise. */
  gives: [status: number, answer?: AnswerName | "text/html" | "text/javascript" | "application/yaml"];
}

const site = "/v1/admin/sites/{key}";
const admin = (says: string, more: Partial<Route> = {}): Route => ({ says, by: "admin", gives: [200], ...more });

/** By method and path. A route of the edge that is not here fails a test. */
export const routes: Readonly<Record<string, Route>> = {
  "GET /healthz": { says: "Whether it runs.", gives: [200, "Health"] },
  "GET /openapi.json": { says: "This document.", gives: [200] },
  "GET /cusp.js": { says: "The browser library.", gives: [200, "text/javascript"] },
  "GET /score.js": { says: "What the library loads once the page is idle.", gives: [200, "text/javascript"] },
  "GET /vitals.js": { says: "What measures the page's own speed.", gives: [200, "text/javascript"] },
  "GET /onsite.js": { says: "What draws messages on the page.", gives: [200, "text/javascript"] },
  "GET /v/{version}/cusp.js": { says: "The library of one version, immutable, for SRI.", gives: [200, "text/javascript"] },
  "GET /v1/sites/{key}": { says: "What the library may know of its site.", gives: [200, "Settings"] },
  "POST /v1/batches": { says: "Signals of one page.", body: batch, gives: [202, "Accepted"] },
  "PUT /v1/profiles/{user}": {
    says: "What the site's server knows of a user.",
    by: "server",
    body: profile,
    gives: [200, "Known"],
  },
  "POST /v1/events": {
    says: "What users did where no page saw it.",
    by: "server",
    body: events,
    gives: [202, "EventsTaken"],
  },
  "PUT /v1/sites/{key}/state": {
    says: "How many agents of the site's chat are there, for a minute.",
    by: "server",
    body: state,
    gives: [200],
  },
  "POST /v1/feedback/{site}/{destination}": {
    says: "What a tool reports of the messages that it was given: in this shape, or in the tool's own.",
    by: "signed",
    body: shape,
    gives: [200, "ReportsTaken"],
  },
  "GET /u/{token}": { says: "Asks whether to unsubscribe; changes nothing.", gives: [200, "text/html"] },
  "POST /u/{token}": {
    says: "Unsubscribes, by one click (RFC 8058).",
    body: "application/x-www-form-urlencoded",
    gives: [200, "text/html"],
  },
  "POST /v1/admin/sites": admin("A new site key.", { gives: [201] }),
  [`PUT ${site}/file`]: admin("Pushes a site file.", { body: "application/yaml", query: pushQuery }),
  [`GET ${site}/file`]: admin("The newest site file.", { gives: [200, "application/yaml"] }),
  [`GET ${site}/versions`]: admin("Versions of the site file, the newest first."),
  [`GET ${site}/versions/{version}`]: admin("The site file of one version.", { gives: [200, "application/yaml"] }),
  [`POST ${site}/rollback`]: admin("A new version with the file of an old one.", { body: rollbackBody }),
  [`PUT ${site}/switches`]: admin("Off and on by hand.", { body: order }),
  [`GET ${site}/feeds`]: admin("The site's feeds, with how old each is."),
  [`GET ${site}/feeds/{kind}`]: admin("One feed, with how old it is; not its rows."),
  [`PUT ${site}/feeds/{kind}`]: admin("Puts a feed in the place of the one before.", { body: feed }),
  [`DELETE ${site}/feeds/{kind}`]: admin("Takes a feed away.", { gives: [204] }),
  [`GET ${site}/pools`]: admin("The pools of codes, with how many each has left."),
  [`GET ${site}/pools/{pool}`]: admin("How many codes a pool has left."),
  [`PUT ${site}/pools/{pool}`]: admin("Adds codes to a pool, one a line.", { body: "text/plain" }),
  [`POST ${site}/tokens`]: admin("A token for this site.", { body: asked, gives: [201] }),
  [`GET ${site}/tokens`]: admin("The site's tokens."),
  [`DELETE ${site}/tokens/{id}`]: admin("Revokes one."),
  [`GET ${site}/audit`]: admin("Who changed what."),
  [`GET ${site}/tail`]: admin("What is happening now."),
  [`GET ${site}/reviews`]: admin("What waits for a reviewer.", { query: reviewsQuery }),
  [`POST ${site}/reviews/{id}/approve`]: admin("Lets a step go."),
  [`POST ${site}/reviews/{id}/reject`]: admin("Stops a step."),
  [`GET ${site}/destinations`]: admin("How each destination is."),
  [`GET ${site}/deliveries`]: admin("The delivery log, the newest first.", { query: deliveriesQuery }),
  [`GET ${site}/deliveries/{id}`]: admin("One message with its attempts."),
  [`POST ${site}/deliveries/replay`]: admin("Sends a range once more.", { body: range, gives: [202] }),
  [`POST ${site}/deliveries/{id}/replay`]: admin("Sends one message once more."),
  [`POST ${site}/destinations/{name}/test`]: admin("Sends a `webhook.test`."),
  [`POST ${site}/destinations/{name}/release`]: admin("Lets go what is held."),
  [`POST ${site}/destinations/{name}/enable`]: admin("Opens a destination again."),
  [`POST ${site}/destinations/{name}/disable`]: admin("Closes a destination."),
  "GET /v1/admin/people/{id}/timeline": admin("Why a person heard something or nothing.", { query: peopleQuery }),
};
