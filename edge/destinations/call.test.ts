import { afterEach, expect, test, vi } from "vitest";
import { callWithin, type Send } from "./call.ts";

const secrets = "whsec_dGhlIHNlY3JldA== whsec_YW5vdGhlciBvbmU=";
const url = "https://tool.example/services/T0/B0/abcdefghij";
const request = { url, headers: {}, body: "{}" };
const bounds = { edgeUrl: "https://edge.example", secrets };

afterEach(() => vi.useRealTimers());

const answering =
  (body: BodyInit | null, init?: ResponseInit): Send =>
  async () =>
    new Response(body, init);

test("an address that leads inside is refused before anything is fetched, with the reason", async () => {
  const send = vi.fn<Send>(answering(""));
  for (const inside of ["https://127.0.0.1/", "https://10.0.0.1/", "http://tool.example/", "https://edge.example/v1/batches"])
    await expect(callWithin(bounds, send).call({ ...request, url: inside })).rejects.toThrow(/^the address of this destination /);
  expect(send).not.toHaveBeenCalled();
});

test("a vendor's requests go to the vendor's hosts and to no other", async () => {
  const send = vi.fn<Send>(answering(""));
  const { call } = callWithin({ ...bounds, hosts: ["api.tool.example", /^[a-z]+\.push\.example$/] }, send);
  await expect(call(request)).rejects.toThrow("is not of this vendor");
  await expect(call({ ...request, url: "https://evil.example/api.tool.example" })).rejects.toThrow("is not of this vendor");
  await call({ ...request, url: "https://api.tool.example/x" });
  await call({ ...request, url: "https://web.push.example/x" });
  expect(send).toHaveBeenCalledTimes(2);
});

test("a redirect is not followed, and is an answer for the log", async () => {
  const send = vi.fn<Send>(answering("moved", { status: 307, headers: { location: "https://10.0.0.1/" } }));
  const { call, last } = callWithin(bounds, send);
  await expect(call(request)).rejects.toThrow("answered 307: redirects are not followed");
  expect(send.mock.calls[0]?.[1]).toMatchObject({ redirect: "manual" });
  expect(last()).toEqual({ status: 307, text: "moved" });
});

test("a receiver that says nothing for 15 s has not answered", async () => {
  vi.useFakeTimers();
  const send: Send = (_url, { signal }) =>
    new Promise((_, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
    });
  let isOver = false;
  const called = callWithin(bounds, send)
    .call(request)
    .catch(() => {
      isOver = true;
    });
  await vi.advanceTimersByTimeAsync(14_900);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  await called;
  expect(isOver).toBe(true);
});

test("of an answer without end 16 KiB are read, and the rest is left", async () => {
  let given = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      given += 1024;
      controller.enqueue(new TextEncoder().encode("a b ".repeat(256)));
    },
  });
  const { text, status } = await callWithin(bounds, answering(body)).call(request);
  expect([status, text.length]).toEqual([200, 16_384]);
  expect(given).toBeLessThan(64 * 1024);
});

test("an answer that breaks off is answered all the same", async () => {
  const body = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new TypeError("reset")) });
  expect(await callWithin(bounds, answering(body)).call(request)).toMatchObject({ status: 200, text: "" });
});

test("the log keeps the first kilobyte, without secrets, the address that is one, addresses of people or numbers", async () => {
  const said = {
    error: "no such list",
    echo: `signed with ${secrets} dGhlIHNlY3JldA== at ${url}`,
    to: "jane.doe@shop.example",
    phone: "+33 6 12 34 56 78",
    id: "0f1e2d3c4b5a69788796a5b4",
    long: "x ".repeat(3000),
  };
  const { call, last } = callWithin(bounds, answering(JSON.stringify(said), { status: 400 }));
  await call(request);
  const text = last()?.text ?? "";
  expect(text.length).toBeLessThanOrEqual(1000);
  expect(text).toContain("no such list");
  for (const part of ["dGhlIHNlY3JldA", "YW5vdGhlciBvbmU", "/services/", "abcdefghij", "jane", "56 78", "0f1e2d3c"])
    expect(text, part).not.toContain(part);
});
