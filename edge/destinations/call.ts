import { redactAnswer } from "../../contract/redact.ts";
import type { Answered } from "../outbox/retry.ts";
import type { Adapter, Answer, Call } from "./adapter.ts";
import { refusedAddress } from "./address.ts";

export type Send = (url: string, init: RequestInit) => Promise<Response>;

/** Nothing was sent, and nothing will be however often it is tried. */
export class Unsent extends Error {}

/** Answered with another address, which is not followed. */
export class Redirected extends Error {}

interface Bounds {
  /** This edge's own address. */
  edgeUrl: string | undefined;
  /** Hosts that may be asked; without it any public one. */
  hosts?: Adapter["hosts"];
  /** What no log may hold. */
  secrets: string;
}

export const timeoutMs = 15_000;
const readBytes = 16_384;
const keptChars = 1000;

/** Requests within bounds, and what was answered to the last of them, for the log. */
export function callWithin({ edgeUrl, hosts, secrets }: Bounds, send: Send) {
  let last: Answered | undefined;

  const call: Call = async ({ url, method = "POST", headers, body }) => {
    const refused = refusedAddress(url, edgeUrl) ?? (isAmong(hosts, url) ? undefined : "is not of this vendor");
    if (refused) throw new Unsent(`the address of this destination ${refused}`);
    // Not AbortSignal.timeout: its timer would keep the object from sleeping long after the answer came.
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeoutMs);
    last = undefined;
    try {
      const response = await send(url, { method, headers, body: body as BodyInit, redirect: "manual", signal: late.signal });
      const { status } = response;
      const text = await read(response).catch(() => ""); // the status is an answer, whatever becomes of the rest
      last = { status, text: redactAnswer(without(secrets, url, text), keptChars) };
      if (status >= 300 && status < 400) throw new Redirected(`answered ${status}: redirects are not followed`);
      return { status, headers: response.headers, text } satisfies Answer;
    } finally {
      clearTimeout(timer);
    }
  };

  return { call, last: () => last };
}

const isAmong = (hosts: Bounds["hosts"], url: string): boolean => {
  if (!hosts) return true;
  const { hostname } = new URL(url);
  return hosts.some((host) => (typeof host === "string" ? host === hostname : host.test(hostname)));
};

/** The beginning of an answer. The rest is not waited for. */
async function read(response: Response): Promise<string> {
  const { body, headers } = response;
  if (!body) return "";
  const length = headers.get("content-length");
  if (length !== null && Number(length) <= readBytes && !headers.get("content-encoding")) return await response.text();
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  while (bytes < readBytes) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value.subarray(0, readBytes - bytes), { stream: true });
    bytes += value.byteLength;
  }
  await reader.cancel();
  return text;
}

/** A tool may echo what it was sent; where the address is the secret, that too. */
function without(secrets: string, url: string, text: string): string {
  const { pathname, search } = new URL(url);
  const all = [
    secrets,
    ...secrets.split(/[\s:]+/),
    ...secrets.split(/\s+/).map((key) => key.replace(/^whsec_/, "")),
    pathname + search,
  ];
  return all.filter((one) => one.length >= 6).reduce((left, one) => left.replaceAll(one, "~"), text);
}
