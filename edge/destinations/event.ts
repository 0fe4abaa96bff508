import type { MessageSend } from "../outbox/message-send.ts";

type Message = MessageSend["data"];
type Value = string | number | boolean;

/** `Cusp Cart Exit` of the trigger `cart-exit`: one name per trigger, and no two triggers share one. */
export function eventName({ why }: Message): string {
  const words = why.trigger.replace(/(?<=[a-z0-9])-(?=[a-z0-9])/g, " ");
  return `Cusp ${words.replace(/(?<![a-z0-9])[a-z]/g, (letter) => letter.toUpperCase())}`;
}

const isValue = (value: unknown): value is Value => ["string", "number", "boolean"].includes(typeof value);

/** Under these names, where they are plain values: `cart` and `{ value: 3, items: […] }` give `cart_value`. */
const under = (prefix: string, of: object | undefined): [string, Value][] =>
  Object.entries(of ?? {}).flatMap(([key, value]) => {
    const name = `${prefix}_${key}`.replaceAll("-", "_");
    return isValue(value) && /^[a-z][a-z0-9_]{0,99}$/.test(name) ? [[name, value] as [string, Value]] : [];
  });

/**
 * What a vendor's template may say of a message: flat, every name one of ours or behind a prefix of ours. A trait `recipient` or
 * `from_address` would else redirect a message at some vendors.
 */
export function eventProperties({
  message_id,
  live,
  person,
  send,
  why,
  content,
  cart,
  correlation,
}: Message): Record<string, Value> {
  const { moment } = why;
  const { template, subject, preheader, blocks, action, offer, push, sms, unsubscribe_url } = content;
  const own: Record<string, unknown> = {
    message_id,
    live,
    channel: send.channel,
    purpose: send.purpose,
    topic: send.topic,
    expires_at: send.expires_at,
    why: why.text,
    trigger: why.trigger,
    journey: why.journey,
    step: why.step,
    layer: why.layer,
    stage: why.stage,
    journey_run: correlation.journey_run,
    template,
    subject,
    preheader,
    unsubscribe_url,
    sms_text: sms?.text,
  };
  const texts = Object.fromEntries(blocks.map(({ id, text }) => [id, text]));
  const variants = Object.fromEntries(blocks.map(({ id, variant }) => [id, variant]));
  return Object.fromEntries([
    ...Object.entries(own).filter((entry): entry is [string, Value] => isValue(entry[1])),
    ...under("moment", moment),
    ...under("push", push),
    ...under("block", texts),
    ...under("variant", variants),
    ...under("action", action),
    ...under("offer", offer),
    ...under("cart", cart),
    ...under("trait", person.traits),
  ]);
}

/** With the cart's items beside them, for vendors that take lists. */
export const richProperties = (message: Message): Record<string, unknown> => ({
  ...eventProperties(message),
  ...(message.cart && { cart_items: message.cart.items }),
});
