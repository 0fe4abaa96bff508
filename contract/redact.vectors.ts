import { redactField, redactItem, redactName, redactProperties, redactReferrer, redactText, redactUrl } from "./redact.ts";
import vectors from "./redact.vectors.json" with { type: "json" };

type Kind = "url" | "referrer" | "name" | "field" | "text" | "item" | "properties";

interface Vector {
  kind: Kind;
  input: unknown;
  expected: unknown;
}

const byKind: Record<Kind, (input: never) => unknown> = {
  url: redactUrl,
  referrer: (referrer: string) => redactReferrer(referrer, "https://shop.example/p/9"),
  name: (name: string) => redactName(name, "other"),
  field: (name: string) => redactField(name, "field"),
  text: redactText,
  item: (item: unknown) => redactItem(item) ?? null,
  properties: redactProperties,
};

export const redactVectors = vectors as readonly Vector[];

/** The vector's input as this engine redacts it, `times` over. */
export const redacted = ({ kind, input }: Vector, times = 1): unknown => {
  let shown = input;
  for (let i = 0; i < times; i++) shown = byKind[kind](shown as never);
  return shown;
};
