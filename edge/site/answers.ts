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

export type Role = "read" | "write";

/** What is told of an admin token: never the token. */
export type TokenLine = { id: string; role: Role; note: string; made_at: number; expires_at: number };

/** A change that somebody made. */
export type Change = {
  who: string;
  what: "push" | "rollback" | "switch" | "token_made" | "token_revoked";
  version: number | null;
  detail: string;
};
export type AuditLine = { seq: number; at: number } & Change;

/** What happened to whom: the person's public id, never the visitor's. */
export type Told = { at: number; person: string; what: string; text: string } & Partial<
  Record<"trigger" | "journey" | "step" | "channel" | "gate", string>
>;

/** `seq` grows from line to line, also over a restart of the object, which forgets them all. */
export type TailLine = { seq: number } & Told;
