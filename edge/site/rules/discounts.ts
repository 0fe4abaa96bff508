import type { Condition } from "../../decide/conditions.ts";
import type { Trigger } from "../schema/journeys.ts";
import type { Message } from "../schema/messages.ts";
import type { SiteFile } from "../schema/site-file.ts";
import { channelsOf } from "./forms.ts";
import { requires } from "./never.ts";
import { goneKinds, isOnPage } from "./presence.ts";
import type { Found, Site } from "./rule.ts";

/** Whoever is paying pays without a discount: one is offered only where the file says that it is meant. */
export function* discounts(site: Site): Generator<Found> {
  const { file, look, compile } = site;
  const told = new Set<string>();
  for (const [name, trigger] of Object.entries(look.triggers)) {
    const made = trigger.when === undefined ? undefined : compile(trigger.when);
    const condition = typeof made === "function" ? made : undefined;
    const isIn = isInCheckout(trigger, condition, file);
    if (!isIn && isOutside(trigger, condition)) continue;
    for (const { message: sent, onPage } of sentBy(trigger, file)) {
      const message = Object.hasOwn(file.messages, sent) ? file.messages[sent] : undefined;
      if (!message?.offer || !(isIn || onPage)) continue;
      const fault = faultOf(message, file);
      const path = ["messages", sent, "offer"];
      if (!fault || told.has(sent)) continue;
      told.add(sent);
      const when = isIn ? `\`${name}\` sends this during the checkout` : `\`${name}\` may show this during the checkout`;
      const other = isIn ? "" : ", or add `!checkout.active` to its `when`";
      yield { path, message: `${when}: ${fault}${other}` };
    }
  }
}

function faultOf({ offer = "", purpose }: Message, { offers }: SiteFile): string | undefined {
  const made = Object.hasOwn(offers, offer) ? offers[offer] : undefined;
  if (!made || !(made.percent || made.amount || made.free_shipping)) return undefined;
  if (!made.during_checkout)
    return `a discount there is given to people who are paying anyway; if you mean it, write \`during_checkout: true\` at the offer \`${offer}\``;
  return purpose === "service" ? undefined : "a discount there is help, not advertising; write `purpose: service`";
}

const isInCheckout = ({ on }: Trigger, condition: Condition | undefined, { pages }: SiteFile): boolean =>
  on.every((kind) => kind === "checkout_stall") ||
  (!!condition &&
    requires(
      condition.ast,
      (fact, mayBe) =>
        (fact === "checkout.active" && !mayBe(false)) ||
        (fact === "page.type" &&
          mayBe("checkout") &&
          ![...Object.keys(pages), "other"].some((type) => type !== "checkout" && mayBe(type))),
    ));

/** Kinds that come only when the visitor has gone, or has paid. */
const elsewhere = [...goneKinds, "post_purchase"];

const isOutside = ({ on }: Trigger, condition: Condition | undefined): boolean =>
  on.every((kind) => elsewhere.includes(kind)) ||
  (!!condition &&
    requires(
      condition.ast,
      (fact, mayBe) => (fact === "checkout.active" && !mayBe(true)) || (fact === "page.type" && !mayBe("checkout")),
    ));

/** What goes out at once from the entry on, and whether the visitor sees it while still on the site. */
function* sentBy(
  { message, journey = "", enter = {} }: Trigger,
  { messages, journeys }: SiteFile,
): Generator<{ message: string; onPage: boolean }> {
  if (message)
    yield { message, onPage: Object.hasOwn(messages, message) && channelsOf(messages[message] as Message).some(isOnPage) };
  const { steps } = (Object.hasOwn(journeys, journey) && journeys[journey]) || { steps: [] };
  const first = steps.findIndex(({ id }) => Object.values(enter).includes(id));
  for (const step of first < 0 ? [] : steps.slice(first))
    if (step.layer === "immediate") yield { message: step.message, onPage: step.channels.some(isOnPage) };
}
