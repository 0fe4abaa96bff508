import type { Adapter, Parcel } from "../adapter.ts";
import { messageOf, parcelOf } from "./parcel.ts";

type Message = Parcel["message"];

/** A mail that may be unsubscribed from, to somebody whom the site's server vouched for. */
export const mailMessage = (
  content: Partial<Message["content"]> = {},
  send: Partial<Message["send"]> = {},
  person: Partial<Message["person"]> = {},
): Message => {
  const message = messageOf(person, { purpose: "marketing", ...send });
  const unsubscribe_url = "https://edge.example/u/9c1f";
  return { ...message, content: { ...message.content, mode: "rendered", unsubscribe_url, ...content } };
};

export const mailParcel = (secret: string, adapter: Adapter, { message = mailMessage(), ...of }: Partial<Parcel> = {}): Parcel =>
  parcelOf(secret, { message, ...of }, adapter);
