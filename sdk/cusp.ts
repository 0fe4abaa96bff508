import type { Moment } from "../contract/moment-life.ts";
import type { Signal } from "../contract/signals.ts";
import type { Settings } from "../contract/wire.ts";
import type { ConsentState } from "./consent.ts";
import type { Flush } from "./delivery.ts";

export interface Options {
  /** The site's public key, `pk_…`. A secret key (`sk_…`) is refused. */
  site: string;
  /** Origin of the edge, for example `https://edge.example`. */
  edge: string;
  /** What the visitor has agreed to; Global Privacy Control always means denied. @default "pending" */
  consent?: ConsentState;
}

export interface Events {
  /** A micro-moment opened or rose to a higher band. */
  moment: Moment;
  /** A signal was seen; while consent is pending it is held in memory only. */
  signal: Signal;
  /** A batch was sent, or answered. */
  flush: Flush;
  /** The site's settings arrived. */
  settings: Settings;
}

export interface Cusp {
  /** Says who the visitor is. Without a token signed by the site's server this stays a claim. */
  identify(id: string, proof?: { token?: string }): void;
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
