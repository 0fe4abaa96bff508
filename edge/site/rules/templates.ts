import { templateMistake } from "../../content/liquid.ts";
import { namesOf, resolve } from "../../decide/conditions/names.ts";
import { meant, nearest } from "../../decide/conditions/nearest.ts";
import type { Path } from "../positions.ts";
import type { SiteFile } from "../schema/site-file.ts";
import type { Found, Site } from "./rule.ts";
import { textsOf } from "./texts.ts";

/** What only a text can name; the rest are the facts of conditions. */
const own = [
  "cart: url restore_url",
  "cart.top: id name brand category price quantity margin url image_url reviews",
  "site: reviews quotes",
  "offer: id percent amount free_shipping sample points referral code starts_at ends_at min_cart.amount min_cart.currency",
].flatMap((line) => {
  const [parent, names = ""] = line.split(": ");
  return names.split(" ").map((name) => `${parent}.${name}`);
});

/** Whether a text can name this. An offer only where the message makes one. */
function known(file: SiteFile, hasOffer: boolean) {
  const names = namesOf(file);
  return (path: string): boolean => {
    const plain = path.replace(/\[\d+\]/g, "");
    if (plain.startsWith("offer.") && !hasOffer) return false;
    if (own.includes(plain)) return true;
    const found = resolve(names, plain.split("."));
    return typeof found !== "object" || !("wrong" in found);
  };
}

/** Templates that can be filled: they parse, and name what there is. */
export function* templates({ file, look }: Site): Generator<Found> {
  for (const [name, message] of Object.entries(look.messages)) {
    const isKnown = known(file, message.offer !== undefined);
    const { action, blocks, chat } = message;
    const links: [Path, string | undefined][] = [
      [["action", "link"], action?.link],
      [["action", "else", "link"], action?.else?.link],
    ];
    const all = [...textsOf(name, message), ...links.map(([path, text]) => ({ path: ["messages", name, ...path], text }))];
    for (const { path, text } of all) {
      const wrong = text === undefined ? undefined : templateMistake(text, isKnown);
      if (!wrong || text === undefined) continue;
      const { within, message: what } = placed(text, wrong);
      yield { path, within, message: said(what, message.offer !== undefined) };
    }
    for (const [i, { deadline, list }] of blocks.entries())
      for (const [key, written] of Object.entries({ deadline, list }))
        if (written !== undefined && !isKnown(written))
          yield {
            path: ["messages", name, "blocks", i, key],
            message: said(`there is no value \`${written}\` for a text`, message.offer !== undefined),
          };
    for (const [i, fact] of (chat?.context ?? []).entries())
      if (!isKnown(fact))
        yield { path: ["messages", name, "chat", "context", i], message: `there is no fact \`${fact}\` to tell the team` };
    for (const [path, link] of links)
      if (link !== undefined && !/^(\/(?!\/)|https:\/\/|\{\{)/.test(link))
        yield { path: ["messages", name, ...path], message: "a link starts with / or https://" };
  }
}

/** A template that does not parse is known by its braces. */
function placed(text: string, { offset, message }: { offset: number; message: string }): { within: number; message: string } {
  if (!/not closed$/.test(message)) return { within: offset, message };
  const opened = Math.max(text.lastIndexOf("{{"), text.lastIndexOf("{%"));
  return {
    within: Math.max(0, opened),
    message: `what is opened here by \`${text.slice(opened, opened + 2)}\` is not closed by \`${text[opened + 1] === "%" ? "%" : "}"}}\``,
  };
}

/** Why there is no such value, or what was meant. */
function said(message: string, hasOffer: boolean): string {
  const path = /^there is no value `([\w.]+)`/.exec(message)?.[1];
  if (path === undefined) return message;
  if (path.startsWith("offer.") && !hasOffer) return `${message}: the message makes no \`offer\``;
  return message + meant(nearest(path, own));
}
