import { openClient } from "./client.ts";
import type { Cusp, Options } from "./cusp.ts";
import type { LoadScoring } from "./scoring.ts";

/** On the window, not in this module: the script tag and a bundled copy would otherwise both watch one page. */
const running = Symbol.for("cusp");

function refuse(): Cusp {
  console.error("cusp: secret key in a page: replace it");
  const nothing = () => {};
  return { identify: nothing, consent: nothing, on: () => nothing, flush: nothing, reset: nothing, stop: nothing };
}

/** The page's one Cusp. */
export function startWith(loadScoring: LoadScoring, options: Options): Cusp {
  const page = window as { [running]?: Cusp };
  if (/^sk_/.test(options.site)) return refuse();
  page[running] ??= openClient(options, loadScoring, () => delete page[running]);
  return page[running];
}
