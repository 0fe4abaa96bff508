import type { Outcome } from "../outbox/retry.ts";
import type { Adapter, Answer, Parcel } from "./adapter.ts";
import { byStatus, reasonOf, said } from "./by-status.ts";
import { eventName, richProperties } from "./event.ts";
import { identifyBy, nobody, recipientOf } from "./recipient.ts";

/** What Braze keeps of a person: beside the event, so that no filter runs before it is there. */
const kept = ({ why }: Parcel["message"]) => ({
  cusp_trigger: why.trigger,
  cusp_moment: why.moment.kind,
  cusp_score: why.moment.score,
});

const userFields = { id: "external_id", email: "email", phone: "phone" } as const;

function tracked({ message, settings, decidedAtMs }: Parcel) {
  const isByAddress = settings.identify_by === "address";
  const to = recipientOf(message, isByAddress ? ["email", "phone", "id"] : ["id", "email", "phone"]);
  if (!to) return undefined;
  const user = { [userFields[to.by]]: to.is, _update_existing_only: true };
  const event = { name: eventName(message), time: new Date(decidedAtMs).toISOString(), properties: richProperties(message) };
  const app = settings.app_id && { app_id: settings.app_id };
  return { attributes: [{ ...user, ...kept(message) }], events: [{ ...user, ...app, ...event }] };
}

function triggered({ message, settings }: Parcel) {
  const to = recipientOf(message, settings.identify_by === "address" ? ["email", "id"] : ["id", "email"]);
  if (!to) return undefined;
  // Several profiles may bear one address: Braze wants to be told which of them, and takes one.
  const first = ["identified", "most_recently_updated"];
  const user = to.by === "id" ? { external_user_id: to.is } : { email: to.is, prioritization: first };
  const recipient = { ...user, send_to_existing_only: true, context: richProperties(message), attributes: kept(message) };
  return { canvas_id: settings.canvas_id, broadcast: false as const, recipients: [recipient] as const };
}

function outcomeOf(answer: Answer, nowMs: number): Outcome {
  const outcome = byStatus(answer, false);
  if (outcome.state === "again" && outcome.retryAfterMs === undefined) {
    const waitMs = Number(answer.headers.get("x-ratelimit-reset")) * 1000 - nowMs;
    return waitMs > 0 ? { ...outcome, retryAfterMs: waitMs } : outcome;
  }
  if (outcome.state !== "delivered") return outcome;
  const { message = "success", dispatch_id, events_processed } = said(answer.text);
  const failed = (reason: string): Outcome => ({ ...outcome, state: "failed", reason });
  if (message !== "success" && message !== "queued") return failed(reasonOf(answer));
  if (events_processed === 0) return failed("Braze knows no such person");
  return typeof dispatch_id === "string" ? { ...outcome, providerId: dispatch_id } : outcome;
}

/** Braze: an event for a Canvas or campaign that it starts, or with `canvas_id` that Canvas at once. */
export const braze: Adapter = {
  channels: ["email", "sms", "push"],
  modes: ["event"],
  dedupes: false, // "each event is treated as separate, unique"
  secretLike: "a REST API key with the permission users.track, or with `canvas_id` canvas.trigger.send",
  secretPattern: /^[\w-]{8,80}$/,
  settings: {
    rest_host: {
      what: "The REST endpoint of your instance.",
      like: "rest.fra-02.braze.eu",
      pattern: /^rest\.[a-z]{2,10}-\d{2,3}\.braze\.(com|eu)$/,
    },
    canvas_id: {
      what: "An API-triggered Canvas that is started at once.",
      like: "6c8f2a1e-0b3d-4f57-9a0e-2f1f6f0c9d11",
      pattern: /^[\w-]{8,64}$/,
      default: "",
    },
    app_id: {
      what: "The app that an event belongs to.",
      like: "8a3f0c2d-77e1-4b6a-8c15-0d9b7a5e4f32",
      pattern: /^[\w-]{8,64}$/,
      default: "",
    },
    identify_by: identifyBy("id"),
  },
  hosts: [/^rest\.[a-z]{2,10}-\d{2,3}\.braze\.(com|eu)$/],
  async deliver(parcel, call) {
    const { settings, secret, nowMs } = parcel;
    const body = settings.canvas_id ? triggered(parcel) : tracked(parcel);
    if (!body) return nobody("Braze");
    const answer = await call({
      url: `https://${settings.rest_host}/${settings.canvas_id ? "canvas/trigger/send" : "users/track"}`,
      headers: { authorization: `Bearer ${secret}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return outcomeOf(answer, nowMs);
  },
};
