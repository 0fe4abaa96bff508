import { redactName, redactReferrer, redactUrl } from "../../contract/redact.ts";
import type { Batch } from "../../contract/wire.ts";

/** What the SDK redacted already; what comes by another hand did not. */
export function redactBatch(batch: Batch): Batch {
  const { context, signals } = batch;
  for (const signal of signals) {
    if (signal.kind === "page_view") signal.url = redactUrl(signal.url);
    if (signal.kind === "click") signal.target = redactName(signal.target, "other");
    if ("form" in signal) signal.form = redactName(signal.form, "form");
    if ("last_field" in signal) signal.last_field = redactName(signal.last_field, "field");
  }
  if (context?.referrer) context.referrer = redactReferrer(context.referrer, context.url ?? "");
  if (context?.url) context.url = redactUrl(context.url);
  return batch;
}
