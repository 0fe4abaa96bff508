import type { Problem } from "../contract/wire.ts";

/** A refusal on its way out: thrown where it is found, turned into HTTP in one place (`failed`). Never carries a value of the request. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly status: Problem["status"];
  readonly pointer: string | undefined;
  readonly retryAfterS: number | undefined;

  constructor(status: number, detail: string, more: { pointer?: string; retryAfterS?: number } = {}) {
    super(detail);
    this.status = status;
    this.pointer = more.pointer;
    this.retryAfterS = more.retryAfterS;
  }
}

const titles: Record<number, string> = {
  400: "Malformed",
  401: "Not known",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Out of step",
  413: "Too large",
  415: "Wrong type",
  421: "Misdirected",
  422: "Not valid",
  429: "Too many",
  500: "Failed",
  503: "Not configured",
};

/** An RFC 9457 problem document; `more` are members of its own, `extra` further headers. */
export function problem(refusal: Refusal, more: object = {}, extra: Record<string, string> = {}): Response {
  const { status, message, pointer, retryAfterS } = refusal;
  const body = { type: "about:blank", title: titles[status] ?? "Refused", status, detail: message };
  const headers: Record<string, string> = { "content-type": "application/problem+json", "cache-control": "no-store", ...extra };
  if (retryAfterS !== undefined) headers["retry-after"] = String(Math.max(1, Math.ceil(retryAfterS)));
  return new Response(JSON.stringify({ ...body, ...(pointer === undefined ? {} : { pointer }), ...more }), { status, headers });
}

/** The one place where an error becomes HTTP. */
export function failed(error: unknown, extra: Record<string, string> = {}): Response {
  if (error instanceof Refusal) return problem(error, {}, extra);
  // The name alone: a message may quote what was sent.
  console.error(JSON.stringify({ at: "edge", error: error instanceof Error ? error.name : "unknown" }));
  return problem(new Refusal(500, "this is our fault; the same request may be sent again"), {}, extra);
}
