import type { SiteFile } from "../../site/schema/site-file.ts";
import { siteLink } from "./site-link.ts";

const plainColour = "#1f1f24";

/** Whom a mail is from, as a layout shows it. */
export function brandOf({ brand = {}, origins }: Pick<SiteFile, "brand" | "origins">, messageId: string) {
  const { name, colour = plainColour, logo, address, website = origins[0] ?? "" } = brand;
  return {
    name: name ?? website.replace(/^https?:\/\/(www\.)?/, "").replace(/[:/].*$/, ""),
    colour,
    ink: inkOn(colour),
    ...(logo !== undefined && { logo }),
    ...(address !== undefined && { address }),
    website: siteLink(website, origins, messageId) ?? website,
  };
}

/** Black or white, whichever is easier to read on a colour: by its relative luminance (WCAG 2). */
export function inkOn(colour: string): "#000000" | "#ffffff" {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (luminance + 0.05) ** 2 > 1.05 * 0.05 ? "#000000" : "#ffffff";
}
