import type { MessageSend } from "../outbox/message-send.ts";
import type { Outcome } from "../outbox/retry.ts";
import type { PushSubscription } from "../profile/reach.ts";
import type { Channel } from "../site/schema/words.ts";

export type { PushSubscription };

/** One message for one recipient, at one attempt. */
export interface Parcel {
  message: MessageSend["data"];
  /** The same on every attempt and replay: `message.message_id` as a UUID (version 5), for vendors that take nothing else. */
  uuid: string;
  /** When it was decided, epoch ms: the same on every attempt. */
  decidedAtMs: number;
  /** Of `settings` in the site file, defaults filled in. */
  settings: Readonly<Record<string, string>>;
  /** The destination's secret, in the shape that `secretLike` shows. */
  secret: string;
  /** Of a push: the devices of the person. */
  subscriptions: readonly PushSubscription[];
  /** System time, epoch ms: what vendors compare with their clocks. */
  nowMs: number;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** At most 16 KiB of it. */
  text: string;
}

/** Makes one request: an address that may not be reached, a redirect and a lost answer throw. */
export type Call = (request: {
  url: string;
  method?: "POST" | "PUT";
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
}) => Promise<Answer>;

/** A setting of a vendor, as a marketer writes it in the site file. */
export interface Setting {
  /** What it is for, one sentence for the docs and the error. */
  what: string;
  /** An example. */
  like: string;
  pattern: RegExp;
  /** Absent: must be written. */
  default?: string;
}

/** Speaks one vendor's public API. One small file each, next to its test against a local stand-in. */
export interface Adapter {
  channels: readonly Channel[];
  modes: readonly ("event" | "rendered")[];
  /**
   * Whether the vendor takes a message once, however often it is told. Where it does not, an attempt whose answer was lost is
   * `unknown` and never made again: the vendor's own webhook says what came of it.
   */
  dedupes: boolean;
  /** What the secret looks like, for the docs and for the error where it does not. */
  secretLike: string;
  secretPattern: RegExp;
  settings: Readonly<Record<string, Setting>>;
  /** Hosts that requests may go to; nothing else is reached. */
  hosts: readonly (string | RegExp)[];
  /** One attempt, for exactly one recipient. What `call` throws it lets pass. */
  deliver: (parcel: Parcel, call: Call) => Promise<Outcome>;
}
