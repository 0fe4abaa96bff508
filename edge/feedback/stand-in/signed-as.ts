import type { FeedbackFrom } from "../../site/schema/messages.ts";
import type { Inbound } from "../report.ts";

// For tests: requests as each tool makes them, signed with Web Crypto alone, so that they can be made in workerd too.

export const url = "https://edge.example/v1/feedback/pk_demo/email";
const encoder = new TextEncoder();
const base64 = (bytes: ArrayBuffer | Uint8Array) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const hex = (bytes: ArrayBuffer) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

async function hmac(hash: string, key: string | Uint8Array<ArrayBuffer>, text: string): Promise<ArrayBuffer> {
  const bytes = typeof key === "string" ? encoder.encode(key) : key;
  const imported = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash }, false, ["sign"]);
  return crypto.subtle.sign("HMAC", imported, encoder.encode(text));
}

export type Keys = Record<FeedbackFrom, string>;
export type Sign = (body: string, signedAtMs: number) => Promise<Pick<Inbound, "headers" | "body">>;

/** An integer of a signature as DER writes it. */
function integer(bytes: Uint8Array): number[] {
  const digits = [
    ...bytes.subarray(
      Math.max(
        0,
        bytes.findIndex((byte) => byte !== 0),
      ),
    ),
  ];
  if ((digits[0] ?? 0) >= 0x80) digits.unshift(0);
  return [0x02, digits.length, ...digits];
}

export const toDer = (raw: Uint8Array): Uint8Array => {
  const both = [...integer(raw.subarray(0, 32)), ...integer(raw.subarray(32))];
  return Uint8Array.from([0x30, both.length, ...both]);
};

const standard =
  (secret: string, prefix: string): Sign =>
  async (body, atMs) => {
    const key = Uint8Array.from(atob(secret.replace("whsec_", "")), (char) => char.charCodeAt(0));
    const [id, timestamp] = ["msg_of_the_tool", String(Math.floor(atMs / 1000))];
    const signature = `v1,${base64(await hmac("SHA-256", key, `${id}.${timestamp}.${body}`))}`;
    const headers = { [`${prefix}-id`]: id, [`${prefix}-timestamp`]: timestamp, [`${prefix}-signature`]: signature };
    return { headers: new Headers(headers), body };
  };

const secretOf = (name: string) => `whsec_${btoa(`the secret of ${name}, 32 bytes long!`)}`;

/** Tools with keys of their own. */
export async function tools(): Promise<{ secrets: Keys; sign: Record<FeedbackFrom, Sign> }> {
  const pair = (await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const secrets: Keys = {
    generic: secretOf("generic"),
    resend: secretOf("resend"),
    sendgrid: base64((await crypto.subtle.exportKey("spki", pair.publicKey)) as ArrayBuffer),
    postmark: "secret-of-postmark",
    mailgun: "secret-of-mailgun",
    mandrill: "secret-of-mandrill",
    customerio: "secret-of-customerio",
    klaviyo: "secret-of-klaviyo",
    twilio: "secret-of-twilio",
  };
  const sign: Record<FeedbackFrom, Sign> = {
    generic: standard(secrets.generic, "webhook"),
    resend: standard(secrets.resend, "svix"),
    sendgrid: async (body, atMs) => {
      const timestamp = String(Math.floor(atMs / 1000));
      const algorithm = { name: "ECDSA", hash: "SHA-256" };
      const raw = await crypto.subtle.sign(algorithm, pair.privateKey, encoder.encode(timestamp + body));
      const name = "x-twilio-email-event-webhook";
      const signature = base64(toDer(new Uint8Array(raw)));
      return { headers: new Headers({ [`${name}-signature`]: signature, [`${name}-timestamp`]: timestamp }), body };
    },
    postmark: async (body) => ({ headers: new Headers({ authorization: `Basic ${btoa(`cusp:${secrets.postmark}`)}` }), body }),
    mailgun: async (body, atMs) => {
      const [timestamp, token] = [String(Math.floor(atMs / 1000)), "token-of-this-request"];
      const signature = hex(await hmac("SHA-256", secrets.mailgun, timestamp + token));
      return {
        headers: new Headers(),
        body: `{"signature":${JSON.stringify({ timestamp, token, signature })},"event-data":${body}}`,
      };
    },
    customerio: async (body, atMs) => {
      const timestamp = String(Math.floor(atMs / 1000));
      const signature = hex(await hmac("SHA-256", secrets.customerio, `v0:${timestamp}:${body}`));
      return { headers: new Headers({ "x-cio-timestamp": timestamp, "x-cio-signature": signature }), body };
    },
    klaviyo: async (body, atMs) => {
      const timestamp = String(Math.floor(atMs / 1000));
      const signature = hex(await hmac("SHA-256", secrets.klaviyo, body + timestamp));
      return { headers: new Headers({ "klaviyo-timestamp": timestamp, "klaviyo-signature": signature }), body };
    },
    mandrill: async (body) => {
      const mac = await hmac("SHA-1", secrets.mandrill, `${url}mandrill_events${body}`);
      const headers = new Headers({ "x-mandrill-signature": base64(mac) });
      return { headers, body: `${new URLSearchParams({ mandrill_events: body })}` };
    },
    twilio: async (body) => {
      const pairs = [...new Map(new URLSearchParams(body))].sort(([a], [b]) => (a < b ? -1 : 1));
      const text = url + pairs.map(([name, value]) => name + value).join("");
      return { headers: new Headers({ "x-twilio-signature": base64(await hmac("SHA-1", secrets.twilio, text)) }), body };
    },
  };
  return { secrets, sign };
}
