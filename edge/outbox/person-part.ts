import { knownZone } from "../decide/time-zone.ts";
import { isAddressed, type Reach } from "../profile/reach.ts";
import type { Profile } from "../profile/state.ts";
import type { Destination } from "../site/schema/messages.ts";
import type { SiteFile } from "../site/schema/site-file.ts";
import type { Channel } from "../site/schema/words.ts";

/**
 * What a tool is told of a person: of addresses the one that the message goes to, of traits those that the site's server told.
 * `person.fields` of a destination leaves out all others but who it is.
 */
export function personPart(
  { time_zone: siteZone }: SiteFile,
  profile: Profile,
  destination: Destination | undefined,
  channel?: Channel,
) {
  const { person, user, context, told = {}, place, traits, reach = {} } = profile;
  const contact = channel && isAddressed(channel) ? reach[channel] : undefined;
  const language = told.language ?? context.language;
  const country = told.country ?? place?.country;
  const own = told.time_zone ?? context.time_zone;
  const isKnownZone = own !== undefined && knownZone(own, siteZone) === own;
  const all: Record<string, unknown> = {
    ...(contact?.address !== undefined && { [channel === "sms" ? "phone" : "email"]: contact.address }),
    ...(language && { language }),
    ...(isKnownZone
      ? { time_zone: own, time_zone_source: told.time_zone === undefined ? "browser" : "profile" }
      : { time_zone: siteZone, time_zone_source: "site" }),
    ...(country && { country }),
    ...(Object.keys(reach).length && { opt_in: optIns(reach) }),
    ...(traits?.known && { traits: traits.known }),
  };
  const fields = destination?.person?.fields;
  const wanted = fields ? Object.fromEntries(Object.entries(all).filter(([name]) => fields.includes(name))) : all;
  return { id: person, identity: identityOf(user, contact?.by), ...wanted };
}

const identityOf = (user: string | undefined, by: string | undefined): string =>
  by === "claimed" ? "claimed" : user === undefined ? "anonymous" : "verified";

const optIns = (reach: Reach) =>
  Object.fromEntries(
    Object.entries(reach).map(([channel, { optIn }]) => [
      channel,
      optIn ? { status: optIn.status, at: new Date(optIn.atMs).toISOString(), source: optIn.source } : { status: "unknown" },
    ]),
  );
