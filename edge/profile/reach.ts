/** Channels that need an address, or a device that was let in, and somebody's leave. */
export const addressed = ["email", "sms", "push"] as const;
export type Addressed = (typeof addressed)[number];

export const isAddressed = (channel: string): channel is Addressed => (addressed as readonly string[]).includes(channel);

/** Said where the person is, so only while the person is there. No tool need take them: the page is told. */
export const inPage: readonly string[] = ["onsite", "chat"];

/** Somebody's leave to be written to, or their refusal, with its proof. */
export interface OptIn {
  status: "granted" | "denied";
  atMs: number;
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
