import type { Switches } from "../edge/site/switches.ts";
import { edgeCall, sitePath } from "./edge-call.ts";
import { plain, plainJson } from "./plain.ts";
import { Stop } from "./stop.ts";
import { type OfSite, offNow } from "./versions.ts";

export interface SwitchOptions extends OfSite {
  /** One trigger; else the whole site. */
  trigger?: string | undefined;
}

/** Switches a site, or one of its triggers, off or on: everywhere within 10 s. */
export async function switchTo(state: string | undefined, { site, trigger, json = false, ...at }: SwitchOptions): Promise<void> {
  if (state !== "on" && state !== "off") throw new Stop("say `cusp switch off` or `cusp switch on`", 2);
  const order = trigger === undefined ? { off: state === "off" } : { triggers: { [trigger]: state === "on" } };
  const switches = await edgeCall(at).json("PUT", `${sitePath(site)}/switches`, JSON.stringify(order));
  if (json) {
    console.log(plainJson({ ok: true, ...switches }));
    return;
  }
  const now = offNow(switches as unknown as Switches) ?? "nothing is switched off";
  console.log(plain(`${trigger ?? site} is ${state}, everywhere within 10 s; ${now}`));
}
