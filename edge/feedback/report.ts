import type { Channel } from "../site/schema/words.ts";

export const reported = [
  "accepted",
  "suppressed",
  "delivered",
  "deferred",
  "bounced",
  "failed",
  "opened",
  "clicked",
  "replied",
  "dismissed",
  "unsubscribed",
  "complained",
  "converted",
] as const;

/** What a tool says of one message, whatever its own shape was. */
export interface Report {
  /** Unique within the destination. */
  eventId: string;
  what: (typeof reported)[number];
  atMs: number;
  /** Ours, where the tool echoes it. */
  messageId?: string;
  /** The tool's own id of the message. */
  providerId?: string;
  /** An address or a phone number; kept nowhere. */
  recipient?: string;
  channel?: Channel;
  /** A program opened or clicked, not a person. */
  machine?: boolean;
  bounce?: { class: "hard" | "soft"; code?: string; reason?: string };
  reason?: string;
  /** Of `unsubscribed`: from this alone. */
  topic?: string;
  link?: { url?: string; block?: string; variant?: string };
  order?: { id: string; value?: number; currency?: string };
}

/** What came in: read once, as bytes are what is signed. */
export interface Inbound {
  headers: Headers;
  /** The public address that the tool was told to call. */
  url: string;
  body: string;
  nowMs: number;
}

/** Undefined: the signature is missing or wrong. An item that says nothing to us is left out. */
export type Reader = (inbound: Inbound, secret: string) => Promise<Report[] | undefined>;
