import type { Adapter, Parcel } from "./adapter.ts";
import { byStatus } from "./by-status.ts";
import { plainLines } from "./one-line.ts";
import { webAddress } from "./rendered.ts";

/** A block takes 3000 characters, escaped. */
const maxChars = 2800;

/** The webhook was removed, or its channel. */
const gone = /^(no_service|no_service_id|no_team|no_active_hooks|channel_not_found|channel_is_archived)$/;

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** With these three gone nothing can name a channel, call everyone, or show a link under another name. */
const escaped = (text: string): string => text.replace(/[&<>]/g, (char) => entities[char] as string);

/** Slack, incoming webhook: to the site's own staff. */
export const slack: Adapter = {
  channels: ["team"],
  modes: ["event", "rendered"],
  dedupes: false,
  secretLike: "https://hooks.slack.com/services/T…/B…/…: the whole address, which is the secret",
  secretPattern: /^https:\/\/hooks\.slack\.com\/services\/T\w{1,30}\/B\w{1,30}\/\w{8,60}$/,
  settings: {},
  hosts: ["hooks.slack.com"],
  async deliver({ message, secret }, call) {
    const text = textOf(message);
    if (!text) return { state: "failed", reason: "the message has no `team` text" };
    const answer = await call({
      url: secret,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        text, // what a notification shows
        blocks: [{ type: "section", text: { type: "mrkdwn", text, verbatim: true } }],
        unfurl_links: false,
        unfurl_media: false,
      }),
    });
    const word = answer.text.trim();
    if (answer.status >= 400 && gone.test(word)) return { state: "gone" };
    const outcome = byStatus(answer, false);
    return outcome.state === "failed"
      ? { ...outcome, reason: `Slack: ${/^\w{1,40}$/.test(word) ? word : answer.status}` }
      : outcome;
  },
};

function textOf({ content: { team, action } }: Parcel["message"]): string {
  const said = plainLines(team?.text ?? "");
  if (!said) return "";
  const href = webAddress(action?.url);
  const link = href && `\n<${escaped(href).replaceAll("|", "%7C")}|${escaped(String(action?.label)).replaceAll("|", "/")}>`;
  return cut(escaped(said), maxChars - (link ?? "").length) + (link ?? "");
}

/** At no half character and in no entity. */
const cut = (text: string, max: number): string =>
  text.length <= max ? text : `${text.slice(0, max - 1).replace(/(&[a-z]{0,3}|\p{Cs})$/u, "")}…`;
