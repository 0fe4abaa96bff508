import type { Decision } from "../decide/decide.ts";
import { whyText } from "../decide/why.ts";
import type { Profile } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";

interface Instants {
  receivedAtMs: number;
  decidedAtMs: number;
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** The webhook's JSON: `message.send` or `moment.detected`, as docs/webhook.md describes them. */
export function messageBody(
  config: SiteConfig,
  profile: Profile,
  decision: Decision,
  messageId: string,
  { receivedAtMs, decidedAtMs }: Instants,
): string {
  const { moment, momentAtMs, session } = decision;
  const { language, time_zone } = profile.context;
  const common = {
    message_id: messageId,
    site: config.file.site,
    live: true,
    person: {
      id: profile.person,
      identity: "anonymous",
      ...(language ? { language } : {}),
      ...(time_zone ? { time_zone, time_zone_source: "browser" } : {}),
    },
  };
  const seen = {
    id: `mom_${moment.page}_${moment.kind}`,
    kind: moment.kind,
    score: moment.score,
    band: moment.band,
    at: iso(momentAtMs),
    page: decision.pageType,
    evidence: moment.evidence,
  };
  const correlation = { session, config_version: config.version };
  const timing = {
    signal_at: iso(momentAtMs),
    received_at: iso(receivedAtMs),
    decided_at: iso(decidedAtMs),
    due_at: iso(decision.dueAtMs),
    // Two machines' clocks, where Worker and object run apart.
    decision_ms: Math.max(0, decidedAtMs - receivedAtMs),
  };
  const data =
    decision.type === "moment.detected"
      ? { ...common, moment: seen, correlation, timing }
      : { ...common, ...message(config, decision, messageId, seen), correlation, timing };
  return JSON.stringify({ type: decision.type, timestamp: iso(decidedAtMs), data });
}

function message(config: SiteConfig, decision: Decision, messageId: string, seen: object) {
  const trigger = decision.trigger ?? "";
  const template = config.file.triggers[trigger]?.message ?? "";
  const message = config.file.messages[template];
  if (!message) throw new Error(`trigger ${trigger} was pushed without its message`);
  return {
    send: {
      channel: message.channel,
      purpose: message.purpose,
      ...(message.topic ? { topic: message.topic } : {}),
      not_before: iso(decision.dueAtMs),
      expires_at: iso(decision.expiresAtMs),
      if_late: "drop",
    },
    why: {
      text: whyText(decision.moment, decision.pageType),
      trigger,
      layer: decision.dueAtMs > decision.momentAtMs ? "re-engagement" : "immediate",
      moment: seen,
      gates_passed: ["consent", "expiry"],
    },
    content: {
      mode: "event",
      template,
      subject: message.subject,
      ...(message.preheader ? { preheader: message.preheader } : {}),
      blocks: message.blocks,
      html: null,
      text: null,
      action: { label: message.action.label, url: tagged(message.action.link, config.file.origins[0] ?? "", messageId) },
    },
  };
}

/** The link with our tag, by which the SDK knows the visitor who comes back through it. (`new URL` costs as much as the rest of the body.) */
function tagged(link: string, origin: string, messageId: string): string {
  const [, address = "", fragment = ""] = /^([^#]*)(#.*)?$/.exec(link) ?? [];
  const whole = address.startsWith("/") ? origin + address : address;
  return `${whole}${whole.includes("?") ? "&" : "?"}cusp_m=${messageId}${fragment}`;
}
