import { cartOf } from "../../contract/cart.ts";
import type { Content } from "../content/content.ts";
import type { Report, Seen } from "../decide/decide.ts";
import { whyText } from "../decide/why.ts";
import type { Sending } from "../journey/run.ts";
import type { Profile } from "../profile/state.ts";
import type { SiteConfig } from "../site/site-config.ts";
import type { Links } from "./links.ts";
import { personPart } from "./person-part.ts";

const iso = (ms: number): string => new Date(ms).toISOString();

interface Envelope {
  links: Links | undefined;
  config: SiteConfig;
  profile: Profile;
  messageId: string;
  decidedAtMs: number;
}

/** The JSON of `moment.detected`, as docs/webhook.md describes it. */
export function reportBody(envelope: Envelope, report: Report): string {
  const { config, profile } = envelope;
  const { file } = config;
  const { destinations } = file;
  return wrapped(
    "moment.detected",
    envelope,
    report,
    report.dueAtMs,
    { moment: seenMoment(report) },
    { person: personPart(file, profile, destinations[report.destination]), live: file.live },
  );
}

/** The JSON of `message.send`. */
export function sendBody(envelope: Envelope, sending: Sending, content: Content): string {
  const { run, trigger, step, message } = sending;
  const cart = cartSeen(envelope, run.session);
  const about = {
    send: {
      channel: sending.channel,
      purpose: message.purpose,
      ...(message.topic && { topic: message.topic }),
      channels_left: sending.channelsLeft,
      not_before: iso(sending.dueAtMs),
      expires_at: iso(sending.expiresAtMs),
      if_late: "drop",
    },
    why: {
      text: whyText(run.moment, run.pageType),
      trigger: run.trigger,
      journey: run.journey,
      step: step.id,
      layer: step.layer,
      ...(trigger.stage && { stage: trigger.stage }),
      class: trigger.class,
      moment: seenMoment(run),
      gates_passed: sending.gatesPassed,
    },
    content: { mode: sending.destination?.mode, ...content, ...wayOut(envelope, sending) },
    ...(cart && { cart }),
    ...(run.arms.length && { experiment: run.arms }),
  };
  const person = personPart(envelope.config.file, envelope.profile, sending.destination, sending.channel);
  const reportTo = sending.destination?.feedback && envelope.links?.reportTo(envelope.config.file.site, sending.to);
  return wrapped(
    "message.send",
    envelope,
    run,
    sending.dueAtMs,
    { ...about, ...(reportTo && { report_to: reportTo }) },
    { person, live: sending.live, run: run.id },
  );
}

/** Of an advertisement by e-mail: how to get no more of them. */
function wayOut({ links, config, profile, messageId }: Envelope, { channel, message: { purpose, topic } }: Sending) {
  const email = profile.reach?.email?.address;
  if (!links || channel !== "email" || purpose !== "marketing" || email === undefined) return {};
  const { site } = config.file;
  return {
    unsubscribe_url: links.unsubscribe({ site, email, messageId, topic }),
    list_unsubscribe_post: "List-Unsubscribe=One-Click",
  };
}

function wrapped(
  type: string,
  { config, messageId, decidedAtMs }: Envelope,
  { session, momentAtMs, receivedAtMs }: Seen,
  dueAtMs: number,
  about: object,
  { person, live, run }: { person: object; live: boolean; run?: string },
): string {
  const data = {
    message_id: messageId,
    site: config.file.site,
    live,
    person,
    ...about,
    correlation: { ...(run && { journey_run: run }), session, config_version: config.version },
    timing: {
      signal_at: iso(momentAtMs),
      received_at: iso(receivedAtMs),
      decided_at: iso(decidedAtMs),
      due_at: iso(dueAtMs),
      // Two machines' clocks, where Worker and object run apart.
      decision_ms: Math.max(0, decidedAtMs - Math.max(receivedAtMs, dueAtMs)),
    },
  };
  return JSON.stringify({ type, timestamp: iso(decidedAtMs), data });
}

const seenMoment = ({ moment, momentAtMs, pageType }: Seen) => ({
  id: `mom_${moment.page}_${moment.kind}`,
  kind: moment.kind,
  score: moment.score,
  band: moment.band,
  at: iso(momentAtMs),
  page: pageType,
  evidence: moment.evidence,
});

/** What is in the cart, as far as the pages told. */
function cartSeen({ config: { file, feeds }, profile }: Envelope, session: string) {
  const { count, value, currency, items } = cartOf(profile.sessions[session]?.features.cart);
  if (!count) return undefined;
  const known = new Map(profile.items);
  const path = file.pages.cart?.match[0]?.replace(/\*.*$/, "");
  return {
    value,
    ...(currency && { currency }),
    ...(path && { url: `${file.origins[0]}${path}` }),
    items: items.map((item) => {
      const { name, url } = known.get(item.id) ?? {};
      return { ...feeds?.line(item.id), ...item, ...(name && { name }), ...(url && { url }) };
    }),
  };
}
