/** Channels that need an address, or a device that was let in, and somebody's leave. */
export const addressed = ["email", "sms", "push"] as const;
export type Addressed = (typeof addressed)[number];

export const isAddressed = (channel: string): channel is Addressed => (addressed as readonly string[]).includes(channel);

/** Somebody's leave to be written to, or their refusal, with its proof. */
export interface OptIn {
  status: "granted" | "denied";
  atMs: number;
  /** The latest date that leave was told with, where that lay ahead. */
  datedAtMs?: number;
  /** Where it was given, like `checkout`. */
  source: string;
  /** Which text was agreed to, in the site's words. */
  proof?: string;
}

/** How a person is reached by one channel. */
export interface Contact {
  /** A normalised address (`contract`: one addr-spec, or E.164). Push has none: its tool knows the devices of a user. */
  address?: string;
  /** `known`: the site's server told it; `claimed`: a browser did. */
  by: "known" | "claimed";
  optIn?: OptIn;
  /** Topics of which nothing is wanted any more. */
  topicsOff?: string[];
  /** Why nothing goes there any more, as the address's own object last said: `bounced`, `complained`, `unsubscribed`. */
  suppressed?: string;
}

export type Reach = Partial<Record<Addressed, Contact>>;

/** A device that takes web pushes, as a browser's `PushSubscription.toJSON()` gives it. */
export interface PushSubscription {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}
