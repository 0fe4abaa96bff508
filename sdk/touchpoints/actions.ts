import type { OnsiteMessage } from "../../contract/wire.ts";
import type { Touchpoints } from "../touchpoints.ts";
import { words } from "./words.ts";

interface Chats {
  Intercom?: (what: string) => void;
  zE?: (what: string, how: string) => void;
  $crisp?: { push: (what: unknown[]) => void };
}

/** What a press does; `said` takes the action's place then. A link leads away by itself. */
interface Doing {
  label: string;
  url?: string;
  act?: () => string | undefined | Promise<string | undefined>;
}

/** Opens the site's chat, if there is one. */
function chatOf({ chat }: Touchpoints, message: OnsiteMessage): (() => void) | undefined {
  const { Intercom, zE, $crisp } = globalThis as Chats;
  if (chat) return () => chat(message);
  if (Intercom) return () => Intercom("show");
  if (zE) return () => zE("messenger", "open");
  return $crisp && (() => $crisp.push(["do", "chat:open"]));
}

/** The one thing that a message asks for, or undefined where this page has no way to do it. */
export function actionOf(message: OnsiteMessage, own: Touchpoints): Doing | undefined {
  const { action, offer, chat: talk } = message.content;
  const { label, url, answer, chat, copy, call_back } = action ?? { label: "Chat", chat: talk };
  const open = chat && chatOf(own, message);
  const code = copy && offer?.code;
  const { callBack } = own;
  if (url !== undefined && /^(https?:|\/(?!\/))/.test(url)) return { label, url };
  if (answer !== undefined) return { label, act: () => answer };
  if (open) return { label, act: nothingToSay(open) };
  if (code) return { label, act: async () => `${words().copied} ${await copied(code)}` };
  if (call_back && callBack) return { label, act: nothingToSay(() => callBack(message)) };
  return undefined;
}

const nothingToSay = (act: () => void) => (): undefined => {
  act();
};

/** Where the clipboard is refused, the code is there to read. */
const copied = (code: string): Promise<string> =>
  navigator.clipboard.writeText(code).then(
    () => code,
    () => code,
  );
