/** Every secret of a destination lives under its own prefix, so that no site file can name a secret that is not its own. */
export const secretPrefix = (site: string, destination: string): string =>
  `DEST_${site}_${destination}`.toUpperCase().replace(/[^A-Z0-9]/g, "_");

/** The secret by which a site's server signs its tokens for users. */
export const identitySecretName = (site: string): string => `IDENTITY_${site.toUpperCase()}`;

/** Whether a secret is one of this destination's own. */
export const isOwnSecret = (site: string, destination: string, secret: string): boolean =>
  secret === secretPrefix(site, destination) || secret.startsWith(`${secretPrefix(site, destination)}_`);
