import { meantOf } from "../edge/decide/conditions/nearest.ts";
import { checkSiteFile } from "../edge/site/check.ts";
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
  const call = edgeCall(at);
  const path = sitePath(site);
  const switches = await call.json("PUT", `${path}/switches`, JSON.stringify(order)).catch(async (refused: unknown) => {
    const checked = checkSiteFile((trigger !== undefined && (await call.text(`${path}/file`).catch(() => ""))) || "");
    if (!checked.ok || trigger === undefined || Object.hasOwn(checked.file.triggers, trigger)) throw refused;
    throw new Stop(`${site} has no trigger \`${plain(trigger)}\`${meantOf(trigger, Object.keys(checked.file.triggers))}`);
  });
  if (json) {
    console.log(plainJson({ ok: true, ...switches }));
    return;
  }
  const now = offNow(switches as unknown as Switches) ?? "nothing is switched off";
  console.log(plain(`${trigger ?? site} is ${state}, everywhere within 10 s; ${now}`));
}
