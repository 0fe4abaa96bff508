import { type Content, type ContentParts, renderContent } from "../../edge/content/content.ts";
import { type Mail, mails } from "../../edge/content/mail/mail.ts";
import { factsAround } from "../../edge/decide/decide.ts";
import { knownZone } from "../../edge/decide/time-zone.ts";
import { shareOf } from "../../edge/journey/arms.ts";
import { channelsOf } from "../../edge/site/rules/forms.ts";
import type { Channel } from "../../edge/site/schema/words.ts";
import type { SiteConfig } from "../../edge/site/site-config.ts";
import { type BlockNote, blockNotes, inWords } from "./block-notes.ts";
import type { SamplePerson } from "./people.ts";
import { visited } from "./visit.ts";

/** One message on one channel, as one person would get it; or what keeps it from being sent. */
export interface Form {
  message: string;
  person: string;
  about: string;
  channel: Channel;
  content?: Content;
  mail?: Mail;
  missing?: string;
  notes: BlockNote[];
}

const unsubscribeUrl = "https://edge.example/u/preview";
const messageId = "msg_preview_1";

/** Every form of a message for a person, made as the edge makes it. */
export function formsOf(
  config: SiteConfig,
  name: string,
  person: SamplePerson,
  only: Channel | undefined,
  nowMs: number,
): Form[] {
  const { file } = config;
  const message = file.messages[name];
  if (!message) return [];
  const { profile, seen } = visited(config, person, nowMs);
  const facts = factsAround(config, profile, seen, nowMs);
  if (!facts) return [];
  const timeZone = knownZone(person.time_zone, file.time_zone);
  const parts: Omit<ContentParts, "channel"> = {
    ...{ file, message, template: name, facts, items: new Map(profile.items), messageId, timeZone, nowMs },
    holds(when) {
      const condition = config.compile(when);
      return typeof condition === "function" && condition(facts);
    },
    reads(when) {
      const condition = config.compile(when);
      return typeof condition === "function" ? condition.reads : [];
    },
    shareOf: (what) => shareOf(file.site, name, what, person.name),
  };
  const write = mails(file);
  return channelsOf(message)
    .filter((channel) => only === undefined || channel === only)
    .map((channel): Form => {
      const form = { message: name, person: person.name, about: person.about, channel };
      const content = renderContent({ ...parts, channel });
      if ("missing" in content) return { ...form, missing: inWords(content.missing), notes: [] };
      const notes = blockNotes({ ...parts, channel }, content);
      if (channel !== "email") return { ...form, content, notes };
      const way = message.purpose === "marketing" ? { unsubscribeUrl } : {};
      const mail = write({ file, message, content, messageId, language: person.language, timeZone, ...way });
      return "missing" in mail ? { ...form, missing: mail.missing, notes } : { ...form, content, notes, mail };
    });
}
