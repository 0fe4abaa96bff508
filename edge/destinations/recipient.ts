import type { Outcome } from "../outbox/retry.ts";
import type { Parcel } from "./adapter.ts";

type By = "id" | "email" | "phone";

/** Whom a message is for: one name, of one kind. A type that could hold two would sooner or later be sent with two. */
export interface Recipient<Known extends By = By> {
  by: Known;
  is: string;
}

const plain = {
  id: /^(?!\.{1,2}$)[\w.:@+-]{1,128}$/,
  email: /^(?=.{3,254}$)(?!\.)(?!.*\.\.)[\w'+.-]{0,63}[\w'+-]@([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z]{2,}$/i,
  phone: /^\+[1-9]\d{6,14}$/,
};

/**
 * The first of the names by which the vendor knows people that this message has. An id is one that the site's server vouched for;
 * an address is the one that the message goes to. Undefined: there is none, or it is not a plain one.
 */
export function recipientOf<Known extends By>(
  { person, send }: Pick<Parcel["message"], "person" | "send">,
  knownBy: readonly Known[],
): Recipient<Known> | undefined {
  const { id, identity, email, phone } = person;
  const isSomebody = identity !== "anonymous";
  const names = {
    id: identity === "verified" ? id : undefined,
    email: isSomebody && send.channel === "email" ? email : undefined,
    phone: isSomebody && send.channel === "sms" ? phone : undefined,
  };
  const by = knownBy.find((kind) => plain[kind].test(names[kind] ?? ""));
  return by && { by, is: names[by] as string };
}

/** What comes of a message without a recipient that the vendor could know. */
export const nobody = (vendor: string): Outcome => ({
  state: "failed",
  reason: `there is no name that ${vendor} knows this person by: anonymous, or \`person.fields\` leaves the address out, or it is not a plain one`,
});

/** A setting of vendors that know people by either. */
export const identifyBy = (first: "id" | "address") => ({
  what: "By what the tool knows people first: `id`, as your server names them, or `address`, the one that the message goes to.",
  like: first,
  pattern: /^(id|address)$/,
  default: first,
});
