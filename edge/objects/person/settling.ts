import type { Clock } from "../../clock.ts";
import { mayDouble } from "../../destinations/vendors.ts";
import { stateAs } from "../../feedback/came-to.ts";
import { cameOf } from "../../journey/still.ts";
import type { LogEntry } from "../../outbox/log-entry.ts";
import type { Row } from "../../outbox/outbox.ts";
import type { Profile } from "../../profile/state.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import type { PersonCore } from "./core.ts";
import type { Endpoints } from "./endpoints.ts";
import { destinationOf, entryOf } from "./entries.ts";

interface Parts {
  storage: DurableObjectStorage;
  clock: Clock;
  endpoints: Endpoints;
}

/** How an attempt is written down, wherever its message lies: beside the profile, or in the outbox; and told to the log. */
export function personSettling(core: PersonCore, { storage, clock, endpoints }: Parts) {
  const isFirst = (row: Row): boolean =>
    core
      .row()
      .underway()
      .some(({ seq }) => seq === row.seq);

  /** Told to the log by this isolate, and written down in case that fails. */
  function log(profile: Profile, { destination }: Row, entry: LogEntry): void {
    core.row().note({ destination, entry });
    endpoints.tell(profile.site, destination, entry);
  }

  /** An attempt that was claimed is not made, and counts as none. */
  function putBack(row: Row, untilMs: number, also?: () => void): void {
    storage.transactionSync(() => {
      also?.();
      if (isFirst(row)) core.wait({ ...row, attempt: row.attempt - 1, due_at: untilMs });
      else core.box().putOff(row, untilMs);
      core.row().tidy();
    });
  }

  /**
   * Records what came of an attempt.
   * @param isOwn it says nothing of an attempt that followed it
   * @returns whether the message has come to its end by it
   */
  function conclude(profile: Profile, row: Row, entry: LogEntry, isOwn = false): boolean {
    const { againAtMs, state, atMs } = entry;
    if (isFirst(row) && againAtMs === undefined) {
      // Nothing is written yet: the lease stands until it is, and what follows takes it along (docs/decisions/010).
      core.row().ended(row, entry, atMs);
      endpoints.tell(profile.site, row.destination, entry);
      core.tidySoon();
      return true;
    }
    const isEnd = storage.transactionSync(() => {
      log(profile, row, entry);
      if (againAtMs !== undefined && isFirst(row)) core.wait({ ...row, due_at: againAtMs });
      else if (againAtMs !== undefined) core.box().again(row, againAtMs);
      core.row().tidy();
      return againAtMs === undefined && core.box().finish(row.seq, state, atMs, isOwn ? row.attempt : undefined);
    });
    core.arm(true);
    return isEnd;
  }

  /** What nobody could hand over in time: its end is the caller's to write. */
  function expired(config: SiteConfig, profile: Profile, row: Row): LogEntry["state"] {
    const destination = destinationOf(config, row);
    const came = cameOf(profile, row.seq);
    const untold = row.wasBegun && destination && mayDouble(destination) ? "unknown" : "expired";
    const state = came ? stateAs(came) : untold;
    log(profile, row, { ...entryOf(profile, row, row.id ?? core.messageId(row.seq), clock.now()), state });
    return state;
  }

  return { log, putBack, conclude, expired };
}
