import type { Settings } from "../contract/wire.ts";

/** Unchecked: what fails on settings that are wrong inside is caught, and then there are no moments. */
export async function fetchSettings(edge: string, site: string): Promise<Settings> {
  const response = await fetch(`${edge}/v1/sites/${site}`, { credentials: "omit" });
  if (!response.ok) throw response;
  return response.json();
}
