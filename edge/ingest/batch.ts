import * as z from "zod";
import type { Signal } from "../../contract/signals.ts";
import { type Batch, limits } from "../../contract/wire.ts";
import { pointerTo } from "../pointer.ts";
import { Refusal } from "../problem.ts";

const instant = z.int().min(0).max(8_640_000_000_000_000);
/** A tab may stand open for days; what is older than a signal may be is not sent. */
const ms = z.number().min(0).max(limits.signalAgeMs);
const share = z.number().min(0).max(1);
const speed = z.number().min(0).max(100_000);
const count = z.int().min(0).max(1000);
/** Ids and names become keys of records: none may be a word that every object knows. */
const word = (pattern: RegExp) =>
  z
    .string()
    .regex(pattern)
    .refine((name) => !(name in Object.prototype));
const id = word(/^[\w-]{1,64}$/);
const label = word(/^[\w:-]{1,64}$/);
const url = z.string().min(1).max(limits.textChars);
const text = (max: number) => z.string().max(max);
const flag = z.literal(true).exactOptional();
const money = z.number().min(0).max(1e9);
const message = z.string().regex(/^msg_[\w-]{1,120}$/);

const properties = z
  .record(word(/^[a-z][a-z0-9_]{0,39}$/), z.union([text(limits.valueChars), z.number(), z.boolean()]))
  .refine((all) => Object.keys(all).length <= limits.properties, `at most ${limits.properties}`);

const item = z.strictObject({
  id: text(limits.nameChars).regex(/^\P{Cc}+$/u),
  name: text(limits.nameChars).exactOptional(),
  category: text(limits.nameChars).exactOptional(),
  variant: text(limits.nameChars).exactOptional(),
  price: money.exactOptional(),
  quantity: z.number().min(0.001).max(1_000_000).exactOptional(),
  margin: z.enum(["low", "medium", "high"]).exactOptional(),
});

const base = { n: z.int().min(1), at: instant, page: id };
const commerce = {
  ...base,
  items: z.array(item).max(limits.items).exactOptional(),
  value: money.exactOptional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .exactOptional(),
};

const signal = z.discriminatedUnion("kind", [
  z.strictObject({
    ...base,
    kind: z.literal("page_view"),
    url,
    device: z.enum(["phone", "tablet", "desktop"]),
    landing: z.enum(["paid", "email"]).exactOptional(),
    again: flag,
    message: message.exactOptional(),
  }),
  z.strictObject({ ...base, kind: z.literal("scroll_depth"), depth: share, fits: flag }),
  z.strictObject({ ...base, kind: z.literal("rapid_scroll"), speed, depth: share }),
  z.strictObject({ ...base, kind: z.literal("dwell"), engaged_ms: ms, left: flag }),
  z.strictObject({ ...base, kind: z.literal("idle"), idle_ms: ms }),
  z.strictObject({
    ...base,
    kind: z.literal("exit_intent"),
    quality: share,
    speed,
    quiet_ms: ms,
    by: z.enum(["scroll", "return"]).exactOptional(),
  }),
  z.strictObject({ ...base, kind: z.literal("quick_back"), away_ms: ms }),
  z.strictObject({ ...base, kind: z.literal("click"), target: label }),
  z.strictObject({ ...base, kind: z.literal("rage_click"), target: label, clicks: count }),
  z.strictObject({ ...base, kind: z.literal("dead_click"), target: label }),
  z.strictObject({ ...base, kind: z.literal("form_start"), form: label, fields: count }),
  z.strictObject({
    ...base,
    kind: z.literal("form_progress"),
    form: label,
    fields: count,
    filled: count,
    field: label.exactOptional(),
  }),
  z.strictObject({ ...base, kind: z.literal("form_submit"), form: label, failed: flag }),
  z.strictObject({
    ...base,
    kind: z.literal("form_abandon"),
    form: label,
    fields: count,
    filled: count,
    engaged_ms: ms,
    last_field: label.exactOptional(),
    lead: flag,
  }),
  z.strictObject({ ...base, kind: z.literal("video_progress"), video: label, share, demo: flag, again: flag }),
  z.strictObject({ ...base, kind: z.literal("video_unplayed"), video: label, in_view_ms: ms }),
  z.strictObject({ ...base, kind: z.literal("element_seen"), name: label, seen_ms: ms }),
  z.strictObject({
    ...base,
    kind: z.literal("search"),
    query_class: z.enum(["help", "compare", "product", "other"]),
    price_limit: flag,
    results: z.int().min(0).max(1_000_000).exactOptional(),
    query: text(limits.nameChars).exactOptional(),
  }),
  z.strictObject({ ...base, kind: z.literal("comparison"), products: count, back_and_forth: flag }),
  z.strictObject({ ...commerce, kind: z.literal("view_item") }),
  z.strictObject({ ...commerce, kind: z.literal("add_to_wishlist") }),
  z.strictObject({ ...commerce, kind: z.literal("add_to_cart") }),
  z.strictObject({ ...commerce, kind: z.literal("remove_from_cart") }),
  z.strictObject({ ...commerce, kind: z.literal("view_cart") }),
  z.strictObject({ ...commerce, kind: z.literal("begin_checkout") }),
  z.strictObject({ ...base, kind: z.literal("payment_failed"), code: label.exactOptional() }),
  z.strictObject({ ...base, kind: z.literal("coupon_refused") }),
  z.strictObject({ ...base, kind: z.literal("offer_declined") }),
  z.strictObject({
    ...commerce,
    kind: z.literal("purchase"),
    order: z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .exactOptional(),
  }),
  z.strictObject({
    ...base,
    kind: z.literal("web_vitals"),
    lcp_ms: ms.exactOptional(),
    inp_ms: ms.exactOptional(),
    cls: z.number().min(0).max(1000).exactOptional(),
  }),
  z.strictObject({ ...base, kind: z.literal("message_shown"), message }),
  z.strictObject({ ...base, kind: z.literal("message_clicked"), message }),
  z.strictObject({ ...base, kind: z.literal("message_dismissed"), message }),
  z.strictObject({
    ...base,
    kind: z.literal("contact"),
    email: text(254).exactOptional(),
    phone: text(32).exactOptional(),
    opt_in: flag,
  }),
  z.strictObject({ ...base, kind: z.literal("identify"), traits: properties }),
  z.strictObject({ ...base, kind: z.literal("custom"), name: label, properties: properties.exactOptional() }),
]);

export const batch = z.strictObject({
  v: z.literal(1),
  site: z.string().max(64),
  visitor: z.string().regex(/^[\w-]{22,64}$/),
  stream: id,
  session: z.strictObject({ id, started_at: instant, number: z.int().min(1).max(1_000_000) }),
  user: z.strictObject({ id: z.string().min(1).max(128), token: z.string().max(2048).exactOptional() }).exactOptional(),
  sent_at: instant,
  consent: z.enum(["granted", "denied"]),
  pass: z.string().max(64).exactOptional(),
  context: z
    .strictObject({
      url: url.exactOptional(),
      referrer: z.string().max(limits.textChars).exactOptional(),
      language: z
        .string()
        .regex(/^[A-Za-z0-9-]{0,35}$/)
        .exactOptional(),
      time_zone: z
        .string()
        .regex(/^[A-Za-z0-9_+/-]{1,64}$/)
        .exactOptional(),
      viewport: z.tuple([z.number().min(0).max(100_000), z.number().min(0).max(100_000)]).exactOptional(),
      touch: z.boolean().exactOptional(),
      bot: flag,
    })
    .exactOptional(),
  signals: z.array(signal).max(limits.signals),
});

/** Compiles only while the schema and the contract say the same. */
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Plain<T> = { [K in keyof T]: T[K] extends object ? Plain<T[K]> : T[K] };
true satisfies Equal<Plain<z.infer<typeof signal>>, Plain<Signal>>;
true satisfies Equal<Plain<z.infer<typeof batch>>, Plain<Batch>>;

/** The batch, whole and valid, or a refusal that names the first field at fault. */
export function validBatch(json: unknown): Batch {
  const parsed = batch.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path ?? [];
    // The names of unknown keys are the sender's words: the pointer stops at the object that holds them.
    const detail = issue?.code === "unrecognized_keys" ? "holds a key that is not part of this object" : plainly(issue?.message);
    throw new Refusal(422, detail, { pointer: pointerTo(path) });
  }
  const value = parsed.data;
  if (value.consent === "denied" && value.signals.length)
    throw new Refusal(422, "without consent a batch may hold no signals", { pointer: "/consent" });
  return value;
}

const plainly = (message = "is not valid"): string =>
  message.replace(/^Invalid input: e/, "e").replace(/^Invalid /, "not a valid ");
