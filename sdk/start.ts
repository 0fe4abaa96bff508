import { checked, complain, nothing, states } from "./checked.ts";
import { openClient } from "./client.ts";
import type { Cusp, Options } from "./cusp.ts";
import { attempt } from "./guard.ts";
import type { Parts } from "./parts.ts";

/** On the window, not in this module: the script tag and a bundled copy would otherwise both watch one page. */
const running = Symbol.for("cusp");

const idle: Cusp = {
  identify: nothing,
  track: nothing,
  page: nothing,
  consent: nothing,
  on: () => nothing,
  flush: nothing,
  reset: nothing,
  stop: nothing,
};

/** The page's one Cusp; one that does nothing where it cannot start. */
export function startWith(parts: Parts, options: Options): Cusp {
  const page = window as { [running]?: Cusp };
  const { site, edge, consent = "pending" } = options ?? {};
  const fault =
    (!/^pk_./.test(site) && "site must be the public key, pk_…, never a secret one") ||
    (!/^https?:\/\/./.test(edge) && "edge must be an address, like https://edge.example") ||
    (!states.includes(consent) && `consent must be one of ${states.join(", ")}`);
  if (fault) complain(`start: ${fault}`);
  else
    page[running] ??= attempt(() =>
      checked(openClient({ ...options, edge: edge.replace(/\/+$/, "") }, parts, () => delete page[running])),
    ) as Cusp;
  return page[running] ?? idle;
}
