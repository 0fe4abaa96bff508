import type { OnsiteMessage } from "../contract/wire.ts";
import type { Cusp } from "./cusp.ts";
import { quietly } from "./guard.ts";
import { lateSignals } from "./signals/observers.ts";
import type { Observe } from "./signals/page.ts";
import { webVitals } from "./signals/web-vitals.ts";
import type { Touchpoints } from "./touchpoints.ts";

export * from "./late.ts";
export const signalsOf = (edge: string): Observe[] => {
  showMessages(edge);
  return [...lateSignals, webVitals(() => import(`${edge}/vitals.js`))];
};

/** The site's own part in what is drawn, as `showMessages` of the package takes it. */
type Page = { cuspTouchpoints?: Touchpoints };
type Command = (verb: keyof Cusp, ...rest: unknown[]) => unknown;

/** Unless the script's element says `data-touchpoints="off"`. */
function showMessages(edge: string): void {
  const { cusp } = globalThis as unknown as { cusp: Command };
  const load = (): Promise<typeof import("./touchpoints/touchpoint.ts")> => import(`${edge}/onsite.js`);
  if (!document.querySelector("script[data-touchpoints=off]"))
    cusp("on", "message", (message: OnsiteMessage) => {
      quietly(
        load().then(({ show }) =>
          show(message, (what) => cusp("track", what, { message: message.id }), (globalThis as Page).cuspTouchpoints ?? {}),
        ),
      );
    });
}
