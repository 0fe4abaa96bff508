import type { Parcel, Setting } from "./adapter.ts";

/** Who a mail is from, as settings of every vendor that sends what it is given. */
export const senderSettings = {
  from: {
    what: "The address that mails come from; its domain must be verified at the vendor.",
    like: "hello@shop.example",
    pattern: /^(?=.{3,254}$)[\w+-][\w.+-]{0,63}@([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z]{2,}$/i,
  },
  from_name: {
    what: "The name shown beside it.",
    like: "The Shop",
    pattern: /^(?! )[\p{L}\p{M}\p{N} .&'’!+-]{1,60}(?<! )$/u,
    default: "",
  },
} satisfies Record<string, Setting>;

export interface Sender {
  email: string;
  name?: string;
}

export const senderOf = ({ from = "", from_name }: Parcel["settings"]): Sender => ({
  email: from,
  ...(from_name && { name: from_name }),
});

/** As a header says it. */
export const senderLine = (settings: Parcel["settings"]): string => {
  const { email, name } = senderOf(settings);
  return name === undefined ? email : `"${name}" <${email}>`;
};
