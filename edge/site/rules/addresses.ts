import type { Found, Site } from "./rule.ts";

/** Where messages may go that nobody meant to pay for, or to send. */
export function* addresses({ file }: Site): Generator<Found> {
  const { identity, destinations, limits } = file;
  if (identity.claimed_addresses)
    yield {
      path: ["identity", "claimed_addresses"],
      message:
        "whoever opens a page can have a message sent to any address, once a day; sign users in with a token of your server, and take this out",
      warning: true,
    };
  const taken = Object.entries(destinations).find(([, { channels }]) => channels.includes("sms"));
  if (!taken || limits.sms_to.length) return;
  const [name, { channels }] = taken;
  yield {
    path: ["destinations", name, "channels", channels.indexOf("sms")],
    message:
      'nothing says which countries text messages go to: name yours by their dialling codes as `limits.sms_to`, like `sms_to: ["+33"]`',
  };
}
