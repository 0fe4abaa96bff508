import { checked, complain, notOneOf, states } from "./checked.ts";
import { openClient } from "./client.ts";
import type { Cusp, Options } from "./cusp.ts";
import { attempt } from "./guard.ts";
import type { Parts } from "./parts.ts";

/** On the window, not in this module: the script tag and a bundled copy would otherwise both watch one page. */
const running = Symbol.for("cusp");

type Page = { [running]?: Cusp | undefined };
const cusp = checked(() => (window as Page)[running]);

/** The page's one Cusp; it does nothing where it cannot start. */
export function startWith(parts: Parts, options: Options): Cusp {
  const page = window as Page;
  const { site, consent = "pending" } = options ?? {};
  const edge = `${options?.edge}`.replace(/\/+$/, "");
  const fault =
    (!/^pk_./.test(site) && "site must be the public key, pk_…") ||
    (!/^https?:\/\/./.test(edge) && "edge must be an address, https://…") ||
    notOneOf("consent", consent, states);
  if (fault) complain(`start: ${fault}`);
  else
    page[running] ??= attempt(() =>
      openClient({ ...options, edge }, parts, () => {
        page[running] = undefined;
      }),
    );
  return cusp;
}
