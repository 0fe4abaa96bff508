import type { Addressed, OptIn } from "../../profile/reach.ts";
import type { Purpose } from "../../site/schema/words.ts";

/** A message that is about to leave for this address. */
export interface Claim {
  messageId: string;
  channel: Addressed;
  purpose: Purpose;
  topic?: string;
  /** The limits that cover it: at most so many messages of these purposes within so long, to this address. */
  caps: readonly { max: number; perMs: number; purposes: readonly Purpose[] }[];
  /** Nothing goes out without somebody's leave. */
  needsOptIn: boolean;
  /** What the site's server told of this person; the newest counts, whoever of those at this address it was told of. */
  optIn?: OptIn;
  /** Whether the site's budget has room. Without it only what has its place already goes on. */
  mayBegin: boolean;
  /** The name of the person's object, for whoever looks a person up by an address. A visitor's is a secret, and is left out. */
  person?: string;
}

/** `had`: it has its place since an earlier attempt. `suppressed`: why nothing of any topic goes there, as in `Contact`. */
export type Cleared =
  | { ok: true; had: boolean }
  | {
      ok: false;
      gate: "no_opt_in" | "suppressed" | "unsubscribed" | "address_cap" | "budget";
      text: string;
      suppressed?: "bounced" | "complained" | "unsubscribed";
    };
