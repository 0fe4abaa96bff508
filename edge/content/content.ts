import type { ConditionFacts } from "../decide/conditions.ts";
import type { KnownItem } from "../profile/items.ts";
import type { Making } from "../profile/offers.ts";
import type { Message } from "../site/schema/messages.ts";
import type { SiteFile } from "../site/schema/site-file.ts";
import type { Channel } from "../site/schema/words.ts";
import { type SaidBlock, saidBlock, valueAt } from "./blocks.ts";
import { tagged, taggedLink } from "./link.ts";
import { Missing, rendered } from "./liquid.ts";
import { madeOffer } from "./offer.ts";
import { type Scope, scopeOf } from "./scope.ts";

type Action = NonNullable<Message["action"]>;

/** What a message says on one channel. */
export interface Content {
  template: string;
  subject?: string;
  preheader?: string;
  push?: { title: string; body: string };
  sms?: { text: string };
  chat?: { text?: string; team?: string; priority: boolean; context: Record<string, unknown> };
  onsite?: { look: string; near?: string; title: string; body?: string };
  team?: { text: string };
  blocks: SaidBlock[];
  /** Of a mail that a destination sends as it is. */
  html: string | null;
  text: string | null;
  action?: Record<string, unknown>;
  offer?: ReturnType<typeof madeOffer>;
}

export interface ContentParts {
  file: Pick<SiteFile, "origins" | "offers" | "pages" | "currency" | "traits" | "answers">;
  message: Message;
  /** Name of the message in the site file. */
  template: string;
  channel: Channel;
  facts: ConditionFacts;
  items: ReadonlyMap<string, KnownItem>;
  messageId: string;
  /** IANA. */
  timeZone: string;
  holds: (when: string) => boolean;
  /** The paths of the facts that a condition looks at. */
  reads: (when: string) => Iterable<string>;
  shareOf: (name: string) => number;
  /** The offer as this person holds it; left out, the message shows a sample of it. */
  making?: Pick<Making, "atMs" | "untilMs" | "code"> | undefined;
  nowMs: number;
}

/** The content of a message, or what it lacks: then it must not go out. */
export function renderContent(parts: ContentParts): Content | { missing: string } {
  try {
    return content(parts);
  } catch (error) {
    if (error instanceof Missing) return { missing: error.message };
    throw error;
  }
}

function content(parts: ContentParts): Content {
  const { message, template, file, messageId } = parts;
  const offered = message.offer === undefined ? undefined : file.offers[message.offer];
  const offer = offered && message.offer !== undefined ? madeOffer(message.offer, offered, parts) : undefined;
  const linking = (tag: string) => ({ links: { tagged: (link: string) => tagged(link, false, file.origins, tag) } });
  let made: Scope | undefined;
  const scope = () => {
    made ??= { ...scopeOf(parts, offer), ...linking(messageId) };
    return made;
  };
  const action = message.action && saidAction(message.action, scope, parts);
  const blocks = message.blocks.flatMap((block) => {
    const ofBlock = () => ({ ...scope(), ...linking(`${messageId}-${block.id}`) });
    return saidBlock(block, { ...parts, scope: ofBlock }) ?? [];
  });
  const texts = message.blocks.map(({ id }) => [id, blocks.find((block) => block.id === id)?.text ?? null]);
  return {
    template,
    ...form(() => ({ ...scope(), blocks: Object.fromEntries(texts) as object }), parts),
    blocks,
    html: null,
    text: null,
    ...(action && { action }),
    ...(offer && { offer }),
  };
}

/** What only this channel says. */
function form(scope: () => Scope, { message, channel, holds }: ContentParts): Partial<Content> {
  const say = (source: string) => rendered(source, scope);
  const { subject, preheader, push, sms, chat, onsite, team } = message;
  switch (channel) {
    case "email":
      if (subject === undefined) break;
      return { subject: say(subject), ...(preheader !== undefined && { preheader: say(preheader) }) };
    case "push":
      if (!push) break;
      return { push: { title: say(push.title), body: say(push.body) } };
    case "sms":
      if (!sms) break;
      return { sms: { text: say(sms.text) } };
    case "chat": {
      if (!chat) break;
      const context = Object.fromEntries(chat.context.map((path) => [path, valueAt(scope(), path)]));
      const priority = chat.priority_if !== undefined && holds(chat.priority_if);
      const { team: to, text } = chat;
      return {
        chat: { ...(text !== undefined && { text: say(text) }), ...(to !== undefined && { team: to }), priority, context },
      };
    }
    case "onsite": {
      if (!onsite) break;
      const { look, near, title, body } = onsite;
      const said = { title: say(title), ...(body !== undefined && { body: say(body) }) };
      return { onsite: { look, ...(near !== undefined && { near }), ...said } };
    }
    case "team":
      if (!team) break;
      return { team: { text: say(team.text) } };
  }
  throw new Missing(`the message has no form for ${channel}`);
}

/** What to do about it: the other action where the first is not to be shown now. */
function saidAction(
  action: Action,
  scope: () => Scope,
  { file, messageId, holds }: ContentParts,
): Record<string, unknown> | undefined {
  const { shown_if, else: other, ...first } = action;
  const chosen = shown_if === undefined || holds(shown_if) ? first : other;
  if (!chosen) return undefined;
  const { label, link, answer, ...deed } = chosen;
  return {
    label: rendered(label, scope),
    ...(link !== undefined && { url: taggedLink(link, scope, file.origins, messageId) }),
    ...(answer !== undefined && { answer: Object.hasOwn(file.answers, answer) ? file.answers[answer] : answer }),
    ...deed,
  };
}
