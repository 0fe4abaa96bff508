import { expect } from "vitest";
import type { Adapter, Parcel } from "../adapter.ts";
import { calling } from "./parcel.ts";
import type { Sent, StandIn } from "./request.ts";

/** A `fetch` that ends at a stand-in, and what went through it. */
export function fetching(standIn: StandIn) {
  const requests: Sent[] = [];
  const fetched = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const sent = {
      url: request.url,
      method: "POST" as const,
      headers: Object.fromEntries(request.headers),
      body: await request.text(),
    };
    requests.push(sent);
    const { status, headers, text } = standIn(sent);
    return new Response(text, { status, headers });
  };
  return { fetched, requests };
}

export const bodyOf = (sent: Sent | undefined) => JSON.parse(String(sent?.body));
export const header = (sent: Sent | undefined, name: string) =>
  Object.entries(sent?.headers ?? {}).find(([written]) => written.toLowerCase() === name)?.[1];

export async function ours(adapter: Adapter, parcel: Parcel, standIn: StandIn): Promise<Sent> {
  const { call, requests } = calling(standIn);
  expect((await adapter.deliver(parcel, call)).state).toBe("delivered");
  return requests[0] as Sent;
}
