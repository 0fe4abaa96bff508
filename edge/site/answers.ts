// What the Site object tells of a site, as the admin API passes it on and the command line prints it. Instants are epoch ms.

/** A push that was taken, without the file itself. */
export type VersionLine = {
  version: number;
  pushed_at: number;
  /** `root`, or the id of an admin token. */
  who: string;
  note: string;
  /** The version whose file this one brought back. */
  restores: number | null;
};

/** What a token is for: `server` opens the server API alone, the others the admin API. */
export type Role = "read" | "write" | "review" | "server";

/** What is told of an admin token: never the token. */
export type TokenLine = { id: string; role: Role; note: string; made_at: number; expires_at: number };

/** A change that somebody made, or, of `budget_spent` and of endpoints, what the edge itself has to tell. */
export type Change = {
  who: string;
  what:
    | "push"
    | "rollback"
    | "switch"
    | "token_made"
    | "token_revoked"
    | "budget_spent"
    | "review_approved"
    | "review_rejected"
    | "endpoint_failing"
    | "endpoint_disabled"
    | "endpoint_enabled"
    | "released"
    | "replayed"
    | "test_sent"
    | "feed_pushed"
    | "feed_removed";
  version: number | null;
  detail: string;
};
export type AuditLine = { seq: number; at: number } & Change;

/** What happened to whom: the person's public id, never the visitor's. */
export type Told = { at: number; person: string; what: string; text: string } & Partial<
  Record<"trigger" | "journey" | "step" | "channel" | "gate", string>
>;

/** A line of one person's timeline. `message_id` stands on what was sent. */
export type TimelineLine = Omit<Told, "person"> & { message_id?: string };

/** One person, as the operator of a site sees them: never a visitor's id, never an address. */
export type Timeline = {
  person: string;
  site: string;
  live: boolean;
  identity: "verified" | "anonymous";
  stage: string;
  /** How often quiet hours went by the site's clock, because the time zone that was told of this person does not exist. */
  zone_fallbacks?: number;
  running: { journey: string; trigger: string; step: string; since: number; held_by?: string }[];
  /** The newest first. */
  lines: TimelineLine[];
  /** Where the page before this one begins; nothing where there is none. */
  next?: number;
};

/**
 * A step that somebody must look at first. `expired`: nobody did in time, and `otherwise` says what came of it; `over`: the journey
 * had ended when somebody did.
 */
export type ReviewLine = {
  id: string;
  state: "pending" | "approved" | "rejected" | "expired" | "over";
  person: string;
  run: string;
  trigger: string;
  journey: string;
  step: string;
  message: string;
  channels: string[];
  /** What it says to this person, as things were when the review was asked for. */
  texts: string[];
  asked_at: number;
  by: number;
  otherwise: "drop" | "send";
  decided_at?: number;
  who?: string;
};

/** `next`: where the page after this one begins; nothing where there is none. */
export type ReviewPage = { reviews: ReviewLine[]; next?: string };

/** `seq` grows from line to line, also over a restart of the object, which forgets them all. */
export type TailLine = { seq: number } & Told;

/** A message as the log of its destination has it. Instants are epoch ms. */
export type DeliveryLine = {
  id: string;
  destination: string;
  type: string;
  /** The person's public id. */
  person: string;
  channel?: string;
  message?: string;
  state: string;
  /** When it was first tried, or came to its end untried. */
  at: number;
  last_at: number;
  /** Begun by now. */
  attempts: number;
  status?: number;
  /** What was answered, or why nothing was sent: redacted. */
  text?: string;
  again_at?: number;
  provider_id?: string;
};

export type AttemptLine = {
  attempt: number;
  at: number;
  took_ms?: number;
  state: string;
  status?: number;
  text?: string;
  again_at?: number;
};

export type Delivery = DeliveryLine & { tried: AttemptLine[] };

/** How a destination is. `trying`: nothing is attempted before `until`. */
export type EndpointLine = {
  destination: string;
  state: "well" | "trying" | "disabled";
  until?: number;
  failing_since?: number;
  why?: string;
  /** By state, of those that are still in the log. */
  deliveries: Record<string, number>;
  /** Of a range that was asked for: how many are still to be sent, and why others were not. */
  replays: { waiting: number; refused: Record<string, number> };
};
