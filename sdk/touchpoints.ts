import type { OnsiteMessage } from "../contract/wire.ts";
import type { Cusp } from "./cusp.ts";
import { quietly } from "./guard.ts";

/** What the site adds to the touchpoints that Cusp draws. */
export interface Touchpoints {
  /** Opens the site's chat. Without it Intercom, Zendesk and Crisp are found by themselves. */
  chat?: ((message: OnsiteMessage) => void) | undefined;
  /** Somebody asks to be called. Without it no message offers that. */
  callBack?: ((message: OnsiteMessage) => void) | undefined;
}

type Renderer = typeof import("./touchpoints/touchpoint.ts");

/**
 * Shows the messages that come for the page, one at a time: what draws them is loaded with the first. A site that draws them itself
 * leaves this out and listens `on("message")`.
 * @returns a function that ends it
 */
export const showWith = (cusp: Pick<Cusp, "on" | "track">, load: () => Promise<Renderer>, own: Touchpoints = {}): (() => void) =>
  cusp.on("message", (message) =>
    quietly(load().then(({ show }) => show(message, (what) => cusp.track(what, { message: message.id }), own))),
  );
