import type { Accepted, Settings } from "../contract/wire.ts";
import { quietly } from "./guard.ts";
import { openMessages } from "./messages.ts";

/** With the edge's name for this state of them. */
export type Kept = Settings & { etag?: string | undefined };

export interface SiteSettings {
  /** Asks for them, unless those that are kept are good till the edge says otherwise. */
  startFrom: (kept?: Kept) => void;
  /** The edge has answered: which settings it goes by, and what the page is to show, if this visitor is still there. */
  heardOf: (answer: Pick<Accepted, "settings" | "onsite">, isMine: boolean) => void;
}

/** Unchecked: what fails on settings that are wrong inside is caught, and then there are no moments. */
export function openSettings(
  edge: string,
  site: string,
  arrived: (settings: Kept) => void,
  tell: Parameters<typeof openMessages>[0],
): SiteSettings {
  const hearMessages = openMessages(tell);
  let known: string | undefined;
  const fetchAnew = async (cache: RequestCache = "default") => {
    const response = await fetch(`${edge}/v1/sites/${site}`, { credentials: "omit", cache });
    if (!response.ok) return;
    // In quotes, and weak behind a proxy that compresses.
    known = response.headers.get("etag")?.replace(/^W\/|"/g, "") || known;
    arrived({ ...(await response.json()), etag: known });
  };
  return {
    startFrom(kept) {
      known = kept?.etag;
      if (!known) quietly(fetchAnew());
    },
    heardOf({ settings: etag, onsite }, isMine) {
      if (isMine) hearMessages(onsite);
      if (etag === known) return;
      known = etag; // asked for once, whatever comes of it
      quietly(fetchAnew("no-cache")); // by itself a browser asks at most once a minute
    },
  };
}
