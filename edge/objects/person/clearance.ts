import { addressNames } from "../../address-names.ts";
import { type Env, objectName } from "../../env.ts";
import { armsFor } from "../../journey/arms.ts";
import { runOf, type Stop as Stopped } from "../../journey/still.ts";
import type { MessageSend } from "../../outbox/message-send.ts";
import type { Row } from "../../outbox/outbox.ts";
import { emailAddress, phoneNumber } from "../../profile/address.ts";
import { type Addressed, type Contact, isAddressed } from "../../profile/reach.ts";
import type { Sent } from "../../profile/run.ts";
import type { Profile } from "../../profile/state.ts";
import type { Word } from "../../profile/words.ts";
import { purposes } from "../../site/schema/words.ts";
import type { SiteConfig } from "../../site/site-config.ts";
import type { Claim } from "../address/claim.ts";
import type { AddressObject } from "../address.ts";
import type { MessageBudget } from "./budget.ts";

/** Why a message may not leave. `suppressed`: what the person's contact is to remember of it. */
export interface Stop extends Stopped {
  suppressed?: "bounced" | "complained" | "unsubscribed";
}

const day = 86_400_000;
/** What costs more than it may bring, wherever a site sends to: satellites, shared-cost and premium numbers. */
const neverTo = ["+1900", "+808", "+870", "+878", "+881", "+882", "+883", "+888", "+979"];
/** What a browser says may be anybody's. */
const onceADay: Claim["caps"][number] = { max: 1, perMs: day, purposes };

/** What the address and the site have to say before a message leaves. */
export function clearance(env: Env, budget: MessageBudget) {
  const nameOf = addressNames(env.EDGE_SECRET ?? "");

  async function addressAt(
    { site }: Pick<Profile, "site">,
    channel: Addressed,
    address: string,
  ): Promise<DurableObjectStub<AddressObject>> {
    return env.ADDRESS.getByName(await nameOf(site, channel, address));
  }

  return {
    /**
     * Takes a place under the caps of the address and from the site's budget, once for each message, or says why not. Throws where
     * the address cannot be asked: nothing goes out unasked.
     */
    async claim(
      config: SiteConfig,
      profile: Profile,
      { seq, body }: Pick<Row, "seq" | "body">,
      messageId: string,
    ): Promise<Stop | undefined> {
      const sent = sentTo(profile, seq);
      if (!sent) return undefined;
      const { channel, purpose } = sent;
      const contact = profile.reach?.[channel];
      const to = addressOf(profile, channel);
      if (to === undefined || !contact) return { gate: "unverified_address", text: "there is no address that may be written to" };
      if (isForAnother(body, channel, to)) return { gate: "unverified_address", text: "the address was changed meanwhile" };
      if (channel === "sms" && !mayGoTo(to, config.file.limits.sms_to))
        return { gate: "country", text: "text messages do not go to that country" };

      const address = await addressAt(profile, channel, to);
      const share = await budget(config, channel, purpose);
      const cleared = await address.claim({ messageId, ...claimOf(config, profile, sent, contact, share !== undefined) });
      if (share && (!cleared.ok || cleared.had)) share.giveBack();
      return cleared.ok ? undefined : cleared;
    },

    /** The same for a message that went out before: only what was taken back or changed since stops it. */
    async again(
      { file }: SiteConfig,
      profile: Profile,
      { send: { channel, purpose, topic }, person: { email, phone } }: Pick<MessageSend["data"], "send" | "person">,
      messageId: string,
    ): Promise<Stopped | undefined> {
      if (!isAddressed(channel)) return undefined;
      const contact = profile.reach?.[channel];
      const to = addressOf(profile, channel);
      const written = channel === "sms" ? phone : email;
      if (to === undefined || !contact || (channel !== "push" && written !== undefined && written !== to))
        return { gate: "unverified_address", text: "the address was changed meanwhile" };
      if (channel === "sms" && !mayGoTo(to, file.limits.sms_to))
        return { gate: "country", text: "text messages do not go to that country" };
      const needsOptIn = contact.by === "known" && (purpose === "marketing" || channel === "push");
      const address = await addressAt(profile, channel, to);
      const claim = { messageId, channel, purpose, needsOptIn, mayBegin: true, caps: [], ...(topic !== undefined && { topic }) };
      const cleared = await address.claim(claim);
      return cleared.ok ? undefined : cleared;
    },

    /** The name of the object of the address that a message goes to. */
    async recipientOf(profile: Profile, seq: number): Promise<string | undefined> {
      const sent = sentTo(profile, seq);
      const to = sent && addressOf(profile, sent.channel);
      return sent && to !== undefined ? await nameOf(profile.site, sent.channel, to) : undefined;
    },

    /** What is told of leave holds for everybody at the address: of a refusal no message of this person will bring it along. */
    told: async (profile: Pick<Profile, "site">, words: readonly Word[]): Promise<void> => {
      await Promise.all(
        words.map(async ({ channel, address, ...word }) => (await addressAt(profile, channel, address)).record(word)),
      );
    },

    /** The message never reached anybody: its place is free again. */
    async free(profile: Profile, seq: number, messageId: string): Promise<void> {
      const sent = sentTo(profile, seq);
      const to = sent && addressOf(profile, sent.channel);
      if (sent && to !== undefined) await (await addressAt(profile, sent.channel, to)).free(messageId);
    },
  };
}

/** What was written out for an address goes to no other, and to that one no more. */
function isForAnother(body: string, channel: Addressed, to: string): boolean {
  const field = `"${channel === "sms" ? "phone" : "email"}":"`;
  return channel !== "push" && body.includes(field) && !body.includes(`${field}${to}"`);
}

type SentTo = Sent & { channel: Addressed };

/** What counts for this person, and goes to an address. */
function sentTo({ sent = [] }: Profile, seq: number): SentTo | undefined {
  return sent.find((one): one is SentTo => one.seq === seq && isAddressed(one.channel));
}

/** One address and nothing beside it: a tool would write to everybody on a list. A user's devices are known to the tool. */
function addressOf({ reach, user }: Profile, channel: Addressed): string | undefined {
  if (channel === "push") return user;
  const written = reach?.[channel]?.address ?? "";
  const address = channel === "email" ? emailAddress(written) : phoneNumber(written);
  return address === written ? address : undefined;
}

const mayGoTo = (phone: string, countries: readonly string[]): boolean =>
  !neverTo.some((code) => phone.startsWith(code)) && countries.some((code) => phone.startsWith(code));

function claimOf(
  config: SiteConfig,
  profile: Profile,
  sent: SentTo,
  contact: Contact,
  mayBegin: boolean,
): Omit<Claim, "messageId"> {
  const { channel, purpose, seq, message } = sent;
  const { limits, messages } = config.file;
  const run = runOf(profile, seq);
  const topic = (run ? armsFor(config, profile, run).message(message) : messages[message])?.topic;
  const isKnown = contact.by === "known";
  const caps = limits.cap.filter(({ channels, purposes }) => channels.includes(channel) && purposes.includes(purpose));
  return {
    channel,
    purpose,
    // What a page says of leave for an address that it claims is the site's to answer for: it never reaches the address's own record.
    needsOptIn: isKnown && (purpose === "marketing" || channel === "push"),
    mayBegin,
    caps: [...caps.map(({ max, per, purposes }) => ({ max, perMs: per, purposes })), ...(isKnown ? [] : [onceADay])],
    ...(topic !== undefined && { topic }),
    ...(isKnown && contact.optIn && { optIn: contact.optIn }),
    ...(profile.user !== undefined && { person: objectName(profile.site, "u", profile.user) }),
  };
}
