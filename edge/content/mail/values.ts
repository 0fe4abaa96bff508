import type { Message } from "../../site/schema/messages.ts";
import type { SiteFile } from "../../site/schema/site-file.ts";
import type { SaidBlock } from "../blocks.ts";
import type { Content } from "../content.ts";
import { oneLine } from "../one-line.ts";
import { brandOf } from "./brand.ts";
import { pictureFrom, siteLink } from "./site-link.ts";

export interface MailParts {
  file: Pick<SiteFile, "origins" | "currency" | "brand" | "email" | "layouts">;
  message: Pick<Message, "layout">;
  content: Content;
  messageId: string;
  /** The person's, where the site file names none for its mails. */
  language?: string | undefined;
  /** IANA. */
  timeZone: string;
  unsubscribeUrl?: string | undefined;
}

type Item = Record<string, string | number>;

/** A block as a layout shows it: of text its lines, of a list its items. */
export interface MailBlock {
  id: string;
  text: string;
  lines: string[];
  items: Item[];
  /** Until when what it says holds, by the person's clock; empty where it has no end. */
  ends: string;
}

/** All that a layout can name. */
export interface MailValues {
  message_id: string;
  language: string;
  subject: string;
  preheader: string;
  brand: ReturnType<typeof brandOf>;
  words: { unsubscribe: string; code: string; until: string };
  blocks: MailBlock[];
  action?: { label: string; url: string };
  offer?: { code: string; label: string; ends: string; percent: number | "" };
  unsubscribe_url?: string;
}

const maxItemChars = 500;

export function mailValues({ file, content, messageId, language: own, timeZone, unsubscribeUrl }: MailParts): MailValues {
  const { origins, email, currency } = file;
  const { action, offer } = content;
  const language = email.language ?? known(own) ?? "en";
  const ends = (at: string | undefined): string => (at === undefined ? "" : whenText(at, language, timeZone));
  const money = moneyText(language, currency);
  const label = typeof action?.label === "string" ? oneLine(action.label) : "";
  const code = offer?.code ?? "";
  const block = ({ id, text = "", items = [], deadline }: SaidBlock): MailBlock => ({
    id,
    text: lines(text).join("\n"),
    lines: lines(text),
    items: items.map(itemOf).filter((item) => item !== undefined),
    // The box with the code says it, too.
    ends: code && deadline === offer?.ends_at ? "" : ends(deadline),
  });
  function itemOf(of: unknown): Item | undefined {
    const all = Object.entries((of ?? {}) as Record<string, unknown>).flatMap(([name, value]): [string, string | number][] => {
      if (typeof value === "string") return [[name, oneLine(value).slice(0, maxItemChars)]];
      return typeof value === "number" && Number.isFinite(value) ? [[name, value]] : [];
    });
    const { name, title, id = "", text = "", author = "", rating = "", price, quantity, ...rest } = Object.fromEntries(all);
    const said = name || title || (text ? "" : id);
    if (!said && !text) return undefined;
    return {
      ...rest,
      ...{ id, text, author, rating },
      name: said ?? "",
      initial: [...String(said)][0] ?? "",
      price: typeof price === "number" ? money(price) : "",
      pieces: typeof quantity === "number" && quantity > 1 ? quantity : "",
      url: siteLink((of as { url?: unknown }).url, origins, messageId) ?? "",
      image_url: pictureFrom((of as { image_url?: unknown }).image_url, [...origins, ...email.image_origins]) ?? "",
    };
  }
  const url = typeof action?.url === "string" ? action.url : "";
  return {
    message_id: messageId,
    language,
    subject: oneLine(content.subject ?? ""),
    preheader: oneLine(content.preheader ?? ""),
    brand: brandOf(file, messageId),
    words: email.words,
    blocks: content.blocks.map(block).filter(({ text, items }) => text || items.length),
    ...(url && label && { action: { label, url } }),
    ...(offer && {
      offer: {
        ...{ code, label: action?.copy === "code" && label ? label : email.words.code },
        ...{ ends: ends(offer.ends_at), percent: offer.percent ?? "" },
      },
    }),
    ...(unsubscribeUrl !== undefined && { unsubscribe_url: unsubscribeUrl }),
  };
}

const lines = (text: string): string[] => text.replace(/\r\n?/g, "\n").trim().split("\n").map(oneLine);

/** A language as an attribute may say it, and as this machine knows how to write dates in it. */
const known = (language: string | undefined): string | undefined =>
  language !== undefined && /^[a-z]{2,3}(-[a-z\d]{2,8}){0,3}$/i.test(language) ? language : undefined;

const whenText = (at: string, language: string, timeZone: string): string => {
  const shown = { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" } as const;
  return Number.isNaN(Date.parse(at)) ? "" : new Intl.DateTimeFormat(language, { ...shown, timeZone }).format(Date.parse(at));
};

function moneyText(language: string, currency: string | undefined): (amount: number) => string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  const format = new Intl.NumberFormat(language, currency ? { style: "currency", currency } : digits);
  return (amount) => format.format(amount);
}
