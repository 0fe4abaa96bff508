import { defaultWeights } from "../../../contract/evidence.ts";
import type { MomentKind } from "../../../contract/moments.ts";
import type { SignalKind } from "../../../contract/signals.ts";
import type { Condition } from "../../decide/conditions.ts";
import type { Trigger } from "../schema/journeys.ts";
import type { SiteFile } from "../schema/site-file.ts";
import { never, type Range, requires } from "./never.ts";
import { rangeOf } from "./ranges.ts";
import type { Found, Site } from "./rule.ts";
import { listed } from "./words.ts";

/** The signals without which a kind's gate stays shut: one of each group. What is not named needs none that can be switched off. */
const needs: Partial<Record<MomentKind, SignalKind[][]>> = {
  hesitation: [["scroll_depth"]],
  exit: [["exit_intent"]],
  rapid_scroll: [["rapid_scroll"]],
  form_abandon: [["form_abandon"]],
  cart_abandon: [["add_to_cart", "view_cart", "begin_checkout"]],
  frustration: [["rage_click", "dead_click", "form_submit", "payment_failed"]],
  video_engaged: [["video_progress"]],
  video_ignored: [["video_unplayed"]],
  search_intent: [["search"]],
  read_on: [["element_seen"], ["form_submit"], ["scroll_depth"]],
  decline: [["remove_from_cart", "coupon_refused", "offer_declined"]],
};

/** Triggers that nothing can set off. */
export function* neverFires({ file, look, compile }: Site): Generator<Found> {
  const off: readonly SignalKind[] = file.signals.off;
  for (const [name, trigger] of Object.entries(look.triggers)) {
    const at = ["triggers", name];
    for (const [i, kind] of trigger.on.entries()) {
      const lacking = needs[kind]?.find((group) => group.every((signal) => off.includes(signal)));
      if (lacking) {
        const message = `no \`${kind}\` is ever seen: \`signals.off\` switches off ${listed(lacking.map((one) => `\`${one}\``))}; take it out there`;
        yield { path: [...at, "on", i], message };
      }
    }
    const condition = trigger.when === undefined ? undefined : compile(trigger.when);
    if (typeof condition !== "function") continue;
    if (trigger.when?.trim() === "false") {
      yield { path: [...at, "when"], message: "this trigger never fires; to switch it off write `live: false`" };
      continue;
    }
    const band = bands.find((one) => requires(condition.ast, (fact, mayBe) => fact === "moment.band" && !mayBe(one.not)))?.band;
    const why = never(condition.ast, (fact) => rangeIn(fact, trigger, file, band));
    if (why) yield { path: [...at, "when"], within: why.offset, message: why.message };
    else yield* onPageThatMatters(name, trigger, condition, file);
  }
}

const bands = [
  { band: "now", not: "later" },
  { band: "later", not: "now" },
] as const;
/** Scores have one digit behind the point. */
const scoreStep = 0.1;

/** What a fact can be in a condition of this trigger, which may ask for a band itself. */
function rangeIn(fact: string, { on, enter, band }: Trigger, file: SiteFile, asked?: "now" | "later"): Range | undefined {
  const later = enter ? enter.later !== undefined : band === "later";
  if (fact === "score" || fact === "moment.score")
    return {
      least: file.bands[later && asked !== "now" ? "later" : "now"],
      most: later && asked === "later" ? file.bands.now - scoreStep : 10,
    };
  if (fact === "moment.kind") return { words: on };
  if (fact === "moment.band") return { words: later ? ["later", "now"] : ["now"] };
  const evidence = /^moment\.evidence\.(\w+)$/.exec(fact)?.[1];
  if (evidence) return { least: 0, most: Math.max(...on.map((kind) => defaultWeights(kind)[evidence] ?? 0)) };
  return rangeOf(fact, file);
}

/** Lingering is watched for on key pages only. */
function* onPageThatMatters(name: string, { on }: Trigger, { ast }: Condition, { pages }: SiteFile): Generator<Found> {
  if (on.some((kind) => kind !== "hesitation")) return;
  const plain = [...Object.keys(pages), "other"].filter((type) => !pages[type]?.key);
  const keys = Object.keys(pages).filter((type) => pages[type]?.key);
  if (requires(ast, (fact, mayBe) => fact === "page.type" && !keys.some(mayBe) && plain.some(mayBe)))
    yield {
      path: ["triggers", name, "when"],
      message:
        "this can never be true: `hesitation` is seen on pages with `key: true` only, and this asks for others; give the page `key: true`",
    };
}
