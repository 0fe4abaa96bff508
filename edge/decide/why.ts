import type { Explained } from "../../contract/evidence.ts";

const sentences: Record<Explained["kind"], string> = {
  hesitation: "A visitor hesitated",
  exit: "A visitor moved to leave",
  form_abandon: "A visitor left a form unfinished",
  bounce: "A visitor left after one short look",
};

const said: Record<string, (value: unknown) => string> = {
  dwell: (s) => `${Math.round(Number(s))} s on the page`,
  scroll: (share) => `scrolled ${Math.round(Number(share) * 100)} %`,
  no_click: () => "clicked nothing",
  again: () => "had seen it in the last 7 days",
  no_interaction: (s) => `${Math.round(Number(s))} s without touching anything`,
  cart: (count) => `${Number(count)} in the cart`,
  time: (s) => `${Math.round(Number(s))} s in it`,
  filled: (share) => `${Math.round(Number(share) * 100)} % filled`,
  failed_submits: (count) => `${Number(count)} failed submits`,
  look: (s) => `${Math.round(Number(s))} s`,
  untouched: () => "touched nothing",
  landing: (from) => `came by ${from === "paid" ? "an ad" : "e-mail"}`,
  returning: () => "not the first visit",
};

/** One English sentence: what happened, where, and the evidence in its order of weight. */
export function whyText({ kind, evidence, score }: Explained, pageType: string): string {
  const reasons = evidence.flatMap(({ name, value }) => said[name]?.(value) ?? []);
  const where = pageType === "other" ? "" : ` on the ${pageType} page`;
  return `${sentences[kind]}${where}${reasons.length ? `: ${reasons.join(", ")}` : ""}. Score ${score}.`;
}
