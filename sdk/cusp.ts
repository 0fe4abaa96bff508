import type { Moment } from "../contract/moment-life.ts";
import type { Properties, Signal } from "../contract/signals.ts";
import type { OnsiteMessage, Settings } from "../contract/wire.ts";
import type { ConsentState } from "./consent.ts";
import type { Flush } from "./delivery.ts";
import type { SignalOptions } from "./signals/page.ts";

export interface Options extends SignalOptions {
  /** The site's public key, `pk_…`. A secret key (`sk_…`) is refused. */
  site: string;
  /** Where the edge answers, for example `https://edge.example`, or `https://shop.example/path` where the site passes it on. */
  edge: string;
  /** What the visitor has agreed to; Global Privacy Control always means denied. @default "pending" */
  consent?: ConsentState | undefined;
}

export interface Events {
  /** A micro-moment opened or rose to a higher band. */
  moment: Moment;
  /** A signal was seen; while consent is pending it is held in memory only. */
  signal: Signal;
  /** A batch was sent, or answered. */
  flush: Flush;
  /** A message for the page to show, once for each; `track("message_shown", { message: id })` tells the edge that it was. */
  message: OnsiteMessage;
  /** The site's settings arrived. */
  settings: Settings;
}

export interface Proof {
  /** Signed by the site's server; without one the id stays a claim. */
  token?: string | undefined;
  /** What the page says of them, at most 20: claims too. */
  traits?: Properties | undefined;
}

/** No verb ever throws: one that is called wrongly does nothing but say so on the console. */
export interface Cusp {
  /** Says who the visitor is, by the site's own id of at most 128 characters. */
  identify(id: string, proof?: Proof): void;
  /** Tells of something only the site knows: an event of GA4 commerce (`add_to_cart`, …) by its name, or one of the site's own. */
  track(name: string, properties?: object): void;
  /** Begins a new page view, where a router changes pages without `history.pushState`. */
  page(): void;
  /** Granted releases what was held in memory; denied forgets everything, here and at the edge. */
  consent(state: ConsentState): void;
  /** Calls `listener` at every such event. Returns a function that ends it. */
  on<K extends keyof Events>(event: K, listener: (detail: Events[K]) => void): () => void;
  /** Sends what waits, now. */
  flush(): void;
  /** Forgets who the visitor is, for example after signing out. */
  reset(): void;
  /** Sends what waits and removes every listener. */
  stop(): void;
}
