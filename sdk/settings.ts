import type { Settings } from "../contract/wire.ts";

/** Checked loosely: scoring with settings that are wrong inside is caught, and then there are no moments. */
export async function fetchSettings(edge: string, site: string): Promise<Settings> {
  const response = await fetch(`${edge}/v1/sites/${site}`, { credentials: "omit" });
  const settings = (await response.json()) as Settings;
  const { pages, bands, urgent } = settings;
  if (![pages, urgent.kinds, urgent.signals].every(Array.isArray) || !(bands.later <= bands.now)) throw settings;
  return settings;
}
