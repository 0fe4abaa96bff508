/** Where a visitor was last seen, as the network knows it: to about a kilometre. */
export interface Place {
  country: string;
  city: string;
  lat?: number;
  lon?: number;
}

type Located = { cf?: unknown };

const degrees = (written: unknown): number | undefined => {
  const number = typeof written === "string" && written.trim() ? Number(written) : Number.NaN;
  return Number.isFinite(number) ? Math.round(number * 100) / 100 : undefined;
};

/** From what the network adds to a request. Never from an address. */
export function placeOf({ cf }: Located): Place | undefined {
  const { country, city, latitude, longitude } = (cf ?? {}) as Record<string, string | undefined>;
  if (!country || country === "XX" || !/^[A-Z]{2}$/.test(country)) return undefined; // XX is unknown, T1 is Tor
  const [lat, lon] = [degrees(latitude), degrees(longitude)];
  return {
    country,
    city: (city ?? "").slice(0, 60),
    ...(lat !== undefined && lon !== undefined && { lat, lon }),
  };
}

export type Browser = "chrome" | "safari" | "firefox" | "edge" | "samsung" | "other";

/** Each calls itself by the names of those further down too. */
const families: [Browser, RegExp][] = [
  ["samsung", /SamsungBrowser\//],
  ["edge", /Edg(e|A|iOS)?\//],
  ["other", /OPR\/|Opera|YaBrowser\/|Vivaldi\/|DuckDuckGo\//],
  ["firefox", /Firefox\/|FxiOS\//],
  ["chrome", /Chrome\/|CriOS\//],
  ["safari", /Safari\/|AppleWebKit\//],
];

export const browserOf = (userAgent: string): Browser => families.find(([, pattern]) => pattern.test(userAgent))?.[0] ?? "other";
