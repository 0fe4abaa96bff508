import type { Answer } from "../adapter.ts";
import { isObject, objectAt, read, type StandIn } from "./request.ts";

const say = (status: number, text: string): Answer => ({ status, headers: new Headers(), text });

/** What Slack makes of a text: everything in angle brackets is a link, a mention or a call to everyone. */
export const markup = (text: string): string[] => [...text.matchAll(/<([^<>]*)>/g)].map(([, inside = ""]) => inside);

/** @param posted every message: two requests, two messages */
export function slackStandIn(hook: string, posted: Record<string, unknown>[] = []): StandIn {
  return (request) => {
    const { url, method, header, json } = read(request);
    if (url.href !== hook) return say(403, "invalid_token");
    if (method !== "POST" || !json || !header("content-type").startsWith("application/json")) return say(400, "invalid_payload");
    if (typeof json.text !== "string" || !json.text) return say(400, "no_text");
    for (const block of Array.isArray(json.blocks) ? json.blocks.filter(isObject) : []) {
      const text = objectAt(block, "text");
      if (block.type !== "section" || !["mrkdwn", "plain_text"].includes(String(text?.type))) return say(400, "invalid_blocks");
      if (typeof text?.text !== "string" || !text.text || text.text.length > 3000) return say(400, "invalid_blocks");
    }
    posted.push(json);
    return say(200, "ok");
  };
}
