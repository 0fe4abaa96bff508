/** Every secret of a destination lives under its own prefix, so that no site file can name a secret that is not its own. */
export const secretPrefix = (site: string, destination: string): string =>
  `DEST_${site}_${destination}`.toUpperCase().replace(/[^A-Z0-9]/g, "_");
