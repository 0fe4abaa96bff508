import type { Found, Site } from "./rule.ts";

/** Where messages may go that nobody meant to pay for, or to send. */
export function* addresses({ file }: Site): Generator<Found> {
  const { identity, messages, destinations, limits } = file;
  if (identity.claimed_addresses)
    yield {
      path: ["identity", "claimed_addresses"],
      message:
        "whoever opens a page can have a message sent to any address, once a day; sign users in with a token of your server, and take this out",
      warning: true,
    };
  const isTexted = Object.values(messages).some(({ sms }) => sms);
  const taken = Object.entries(destinations).find(([, { channels }]) => channels.includes("sms"));
  if (!isTexted || !taken || limits.sms_to.length) return;
  const [name, { channels }] = taken;
  yield {
    path: ["destinations", name, "channels", channels.indexOf("sms")],
    message:
      'text messages may go to any country, which is what fraud with expensive numbers lives on; name yours under `limits`, like `sms_to: ["+33"]`',
    warning: true,
  };
}
