import type { Outcome } from "../outbox/retry.ts";
import type { Adapter, Call, Parcel, PushSubscription } from "./adapter.ts";
import { byStatus } from "./by-status.ts";
import { plainLines } from "./one-line.ts";
import { encrypted, maxPlainBytes } from "./push-encryption.ts";
import { webAddress } from "./rendered.ts";
import { vapid } from "./vapid.ts";

/** The push services of the browsers. A subscription is made by a page, which could name any host. */
const hosts = [
  "fcm.googleapis.com",
  "updates.push.services.mozilla.com",
  /^([a-z\d-]+\.)+push\.apple\.com$/,
  /^([a-z\d-]+\.)+notify\.windows\.com$/,
];

const maxTtlS = 28 * 86_400;

/** Web push: RFC 8030, 8291 and 8292, without a vendor between. */
export const webpush: Adapter = {
  channels: ["push"],
  modes: ["event", "rendered"],
  dedupes: false,
  secretLike: "B…:…: public and private VAPID key as `npx web-push generate-vapid-keys` prints them, a colon between",
  secretPattern: /^B[\w-]{86}:[\w-]{43}$/,
  settings: {
    subject: {
      what: "Where push services reach you when something is wrong.",
      like: "mailto:hello@shop.example",
      pattern: /^(mailto:[\w.+-]+@[\w-]+(\.[\w-]+)+|https:\/\/[\w-]+(\.[\w-]+)+(\/[\w./-]*)?)$/,
    },
  },
  hosts,
  async deliver(parcel, call) {
    const body = bodyOf(parcel.message);
    if (!body) return { state: "failed", reason: "the message has no `push` title and body" };
    if (new TextEncoder().encode(body).length > maxPlainBytes) return { state: "failed", reason: "the push is too long" };
    const tries = await Promise.allSettled(parcel.subscriptions.map((device) => toDevice(device, body, parcel, call)));
    return together(tries);
  },
};

/** As the browsers that show a push by themselves read it (Declarative Web Push); others leave it to the service worker. */
function bodyOf({ message_id, content: { push, action } }: Parcel["message"]): string | undefined {
  const title = plainLines(push?.title ?? "");
  if (!push || !title) return undefined;
  const navigate = webAddress(action?.url);
  const notification = { title, body: plainLines(push.body), ...(navigate && { navigate }), tag: message_id };
  return JSON.stringify({ web_push: 8030, notification, message_id });
}

function isAllowed(endpoint: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const { protocol, hostname, port, username, password } = new URL(endpoint);
  const isPlain = protocol === "https:" && port === "" && username === "" && password === "";
  return isPlain && hosts.some((host) => (typeof host === "string" ? host === hostname : host.test(hostname)));
}

const failed = (reason: string): Outcome => ({ state: "failed", reason });

async function toDevice(device: PushSubscription, body: string, parcel: Parcel, call: Call): Promise<Outcome> {
  const { message, settings, secret, uuid, nowMs } = parcel;
  if (!isAllowed(device.endpoint)) return failed("a subscription names no push service");
  const sealed = await encrypted(body, device).catch(() => undefined);
  if (!sealed) return failed("a subscription holds no keys");
  const leftS = Math.floor((Date.parse(message.send.expires_at) - nowMs) / 1000);
  const answer = await call({
    url: device.endpoint,
    headers: {
      authorization: await vapid(secret, new URL(device.endpoint).origin, settings.subject ?? "", nowMs),
      "content-encoding": "aes128gcm",
      "content-type": "application/octet-stream",
      ttl: String(Math.min(Math.max(leftS, 0), maxTtlS)),
      topic: uuid.replaceAll("-", ""), // what waits under it is replaced: 32 characters at most
      urgency: message.send.purpose === "marketing" ? "normal" : "high",
    },
    body: sealed,
  });
  if (answer.status === 404 || answer.status === 410)
    return { ...failed("a subscription is no longer valid"), lapsed: [device.endpoint] };
  return byStatus(answer, false);
}

/** One person's devices: one that took it is enough, and only where none may have is it tried again. */
function together(tries: readonly PromiseSettledResult<Outcome>[]): Outcome {
  const outcomes = tries.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  const lapsed = outcomes.flatMap((one) => one.lapsed ?? []);
  const also = lapsed.length ? { lapsed } : {};
  const delivered = outcomes.find(({ state }) => state === "delivered");
  if (delivered) return { ...delivered, ...also };
  const lost = tries.find((one) => one.status === "rejected");
  if (lost) throw lost.reason;
  const best = ["unknown", "again", "failed"].map((state) => outcomes.find((outcome) => outcome.state === state));
  return { ...(best.find(Boolean) ?? failed("no device of this person takes pushes")), ...also };
}
