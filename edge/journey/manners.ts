import type { MomentKind } from "../../contract/moments.ts";
import { isCheckout } from "../../contract/trail.ts";
import { factsAround } from "../decide/decide.ts";
import type { Profile } from "../profile/state.ts";
import type { Message } from "../site/schema/messages.ts";
import type { SiteConfig } from "../site/site-config.ts";
import type { Gate } from "./gates.ts";
import { endOf, sessionsThere } from "./presence.ts";

/** An offer is given to somebody who is paying only where the file says that it is meant, and never as advertising. */
export const duringCheckout: Gate = ({ config, profile, parcel: { channel, message }, nowMs }) => {
  const { offer, purpose } = message;
  if (!offer || channel === "team") return [];
  if (purpose !== "marketing" && config.file.offers[offer]?.during_checkout) return [];
  const untilMs = payingUntilMs(config, profile, nowMs);
  if (untilMs <= nowMs) return [];
  return {
    gate: "checkout",
    text: "an offer would come in the middle of the checkout",
    ...(untilMs < Infinity && { untilMs }),
  };
};

/** Who left a checkout may be at the bank, or fetching the card. */
const backMs = 10 * 60_000;

/** Until when somebody counts as paying; without end while they are on the site. */
const payingUntilMs = ({ scoring: { pageOf } }: SiteConfig, { sessions }: Profile, nowMs: number): number =>
  Math.max(
    0,
    ...Object.values(sessions).map((session) => {
      const { pages, orders = {} } = session.features;
      const isBegun = Object.values(pages).some((page) => isCheckout(page, page.view && pageOf(page.view.url)?.type));
      return isBegun && !Object.keys(orders).length ? (endOf(session, nowMs).leftAtMs ?? Infinity) + backMs : 0;
    }),
  );

/** Moments in which somebody asks for help, or is comparing: an answer is no interruption. */
const asking: readonly MomentKind[] = ["comparison", "search_intent", "decline"];

/** Who weighs one thing against another is not to be talked to. */
export const whileComparing: Gate = ({ config, profile, parcel: { channel, message, of }, nowMs }) => {
  const isNudge = channel === "chat" || (channel !== "team" && opensChat(message));
  if (!isNudge || asking.includes(of.moment.kind)) return [];
  const session = sessionsThere(profile, nowMs).find((one) => one === profile.sessions[of.session]);
  if (!session || Object.keys(session.features.orders ?? {}).length) return [];
  const facts = factsAround(config, profile, of, nowMs);
  return facts?.session.comparing && !facts.checkout.active
    ? { gate: "comparing", text: "the visitor is comparing, and did not ask for help" }
    : [];
};

const opensChat = ({ action }: Message): boolean => !!(action?.chat ?? action?.else?.chat);
