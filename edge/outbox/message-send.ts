import type { Content } from "../content/content.ts";
import type { Channel, Purpose } from "../site/schema/words.ts";

/** The body of `message.send` as it lies in the outbox: what a vendor's adapter reads. The whole shape: docs/webhook.md. */
export interface MessageSend {
  type: "message.send";
  /** ISO 8601, when it was decided. */
  timestamp: string;
  data: {
    message_id: string;
    site: string;
    live: boolean;
    person: {
      id: string;
      identity: "verified" | "anonymous" | "claimed";
      email?: string;
      phone?: string;
      language?: string;
      time_zone?: string;
      country?: string;
      traits?: Record<string, string | number | boolean>;
    };
    send: {
      channel: Channel;
      purpose: Purpose;
      topic?: string;
      /** ISO 8601. */
      expires_at: string;
    };
    why: {
      text: string;
      trigger: string;
      journey: string;
      step: string;
      layer: string;
      stage?: string;
      class: string;
      moment: { id: string; kind: string; score: number; band: string; at: string; page: string };
    };
    content: Content & { mode: "event" | "rendered"; unsubscribe_url?: string; list_unsubscribe_post?: string };
    cart?: {
      value?: number;
      currency?: string;
      url?: string;
      items: {
        id: string;
        name?: string;
        brand?: string;
        category?: string;
        variant?: string;
        price?: number;
        quantity?: number;
        url?: string;
        image_url?: string;
        stock_left?: number;
        /** ISO 8601, when that was true. */
        stock_at?: string;
      }[];
    };
    experiment?: { id: string; arm: string; probability: number }[];
    correlation: { journey_run?: string; session: string; config_version: number };
    /** Where the tool may report what came of it. */
    report_to?: string;
  };
}
