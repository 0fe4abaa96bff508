import type { Properties } from "../../contract/signals.ts";
import type { Sent } from "../profile/run.ts";
import type { Profile } from "../profile/state.ts";
import type { SiteFile } from "../site/schema/site-file.ts";
import { type ConditionFacts, never, type Trait } from "./conditions/declared.ts";
import { distanceKm } from "./distance.ts";

/** Every declared trait: as told, or its default. */
export function traitFacts(all: SiteFile["traits"], told: Properties = {}): Record<string, Trait> {
  const fits = (type: string, value: unknown): value is Trait =>
    type === "int"
      ? Number.isSafeInteger(value)
      : type === "double"
        ? Number.isFinite(value)
        : typeof value === (type === "bool" ? "boolean" : type);
  return Object.fromEntries(
    Object.entries(all).map(([name, { type, default: absent }]) => {
      const value = Object.hasOwn(told, name) ? told[name] : undefined;
      return [name, fits(type, value) ? value : absent];
    }),
  );
}

/** Infinite while it is not known where the person is. */
export const kmFrom = ({ place }: Profile, to: { lat: number; lon: number }): number =>
  place?.lat === undefined || place.lon === undefined ? Infinity : distanceKm({ lat: place.lat, lon: place.lon }, to);

export function messageFacts(sent: readonly Sent[], nowMs: number): ConditionFacts["messages"] {
  const count = (outcome: string) => sent.filter((one) => one.outcome === outcome).length;
  const lastAtMs = sent.at(-1)?.atMs ?? -Infinity;
  return {
    sent: sent.length,
    clicked: count("clicked"),
    dismissed: count("dismissed"),
    last_sent_s: Math.min(never, Math.max(0, nowMs - lastAtMs) / 1000),
  };
}
