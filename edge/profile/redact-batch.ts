import {
  redactField,
  redactItem,
  redactName,
  redactProperties,
  redactReferrer,
  redactText,
  redactUrl,
  redactWord,
} from "../../contract/redact.ts";
import type { Batch } from "../../contract/wire.ts";

/** What the SDK redacted already; what comes by another hand did not. */
export function redactBatch(batch: Batch): Batch {
  const { context, signals } = batch;
  for (const signal of signals) {
    if ("url" in signal) signal.url = redactUrl(signal.url);
    if ("target" in signal) signal.target = redactName(signal.target, "other");
    if ("form" in signal) signal.form = redactName(signal.form, "form");
    if ("field" in signal) signal.field = redactField(signal.field, "field");
    if ("last_field" in signal) signal.last_field = redactField(signal.last_field, "field");
    if ("video" in signal) signal.video = redactName(signal.video, "video");
    if ("name" in signal) signal.name = redactWord(signal.name, "other");
    if ("code" in signal) signal.code = redactWord(signal.code, "other");
    if ("query" in signal) signal.query = redactText(signal.query);
    if ("items" in signal) signal.items = signal.items.flatMap((item) => redactItem(item) ?? []);
    if ("traits" in signal) signal.traits = redactProperties(signal.traits);
    if ("properties" in signal) signal.properties = redactProperties(signal.properties);
  }
  if (context?.referrer) context.referrer = redactReferrer(context.referrer, context.url ?? "");
  if (context?.url) context.url = redactUrl(context.url);
  return batch;
}
