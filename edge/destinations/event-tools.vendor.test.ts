import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Analytics } from "@segment/analytics-node";
import { APIClient, SendEmailRequest, SendPushRequest, SendSMSRequest, TrackClient } from "customerio-node";
import { ApiKeySession, EventsApi } from "klaviyo-api";
import { expect, onTestFinished, test } from "vitest";
import { customerio } from "./customerio.ts";
import { customerioTransactional } from "./customerio-transactional.ts";
import { klaviyo } from "./klaviyo.ts";
import { segment } from "./segment.ts";
import { customerioStandIn, customerioTransactionalStandIn } from "./stand-in/customerio.ts";
import { klaviyoStandIn } from "./stand-in/klaviyo.ts";
import { calling, messageOf, parcelOf } from "./stand-in/parcel.ts";
import type { Sent, StandIn } from "./stand-in/request.ts";
import { segmentStandIn } from "./stand-in/segment.ts";

// The vendors' own libraries send to our stand-ins: what these take is what the vendors take, and ours is put beside it.

/** A stand-in behind a real socket, and what reached it. */
async function served(standIn: StandIn) {
  const requests: Sent[] = [];
  const server = createServer((incoming, response) => void answerTo(incoming, response));
  async function answerTo(incoming: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
    const request = {
      url: `http://stand-in${incoming.url}`,
      method: incoming.method as "POST",
      headers,
      body: Buffer.concat(chunks).toString(),
    };
    requests.push(request);
    const { status, headers: answered, text } = standIn(request);
    response.writeHead(status, Object.fromEntries(answered)).end(text);
  }
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** The names of all that a value holds, and of what kind each is: two requests of one shape say the same of themselves. */
const shapeOf = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, of]) => [name, shapeOf(of)]));
};
const bodyOf = (request: Sent | undefined) => JSON.parse(String(request?.body));
const header = (request: Sent | undefined, name: string) =>
  Object.entries(request?.headers ?? {}).find(([written]) => written.toLowerCase() === name)?.[1];
const pathOf = (request: Sent | undefined) => new URL(request?.url ?? "").pathname;

test("Klaviyo's own library and ours send one shape, with one revision and one kind of key", async () => {
  const key = "pk_0123456789abcdef";
  const { url, requests } = await served(klaviyoStandIn(key));
  const ours = calling(klaviyoStandIn(key));
  expect((await klaviyo.deliver(parcelOf(key, {}, klaviyo), ours.call)).state).toBe("delivered");
  const [sent] = ours.requests;
  const { properties, time, unique_id, value, value_currency, backfill, metric, profile } = bodyOf(sent).data.attributes;
  const events = new EventsApi(new ApiKeySession(key));
  events.basePath = url;
  const { response } = await events.createEvent({
    data: {
      type: "event",
      attributes: {
        properties,
        time: new Date(time),
        uniqueId: unique_id,
        value,
        valueCurrency: value_currency,
        backfill,
        metric: { data: { type: "metric", attributes: { name: metric.data.attributes.name } } },
        profile: { data: { type: "profile", attributes: { email: profile.data.attributes.email } } },
      },
    },
  });
  expect(response.status).toBe(202);
  const [theirs] = requests;
  expect(bodyOf(sent)).toEqual(bodyOf(theirs));
  expect(pathOf(sent)).toBe(pathOf(theirs));
  for (const name of ["authorization", "revision"]) expect(header(sent, name)).toBe(header(theirs, name));
});

test("Klaviyo's own library is refused where ours would be: no profile, a wrong key", async () => {
  const { url } = await served(klaviyoStandIn("pk_0123456789abcdef"));
  const refused = async (key: string, profile: object) => {
    const events = new EventsApi(new ApiKeySession(key));
    events.basePath = url;
    const metric = { data: { type: "metric" as const, attributes: { name: "Cusp Cart Exit" } } };
    const attributes = { properties: {}, metric, profile: { data: { type: "profile" as const, attributes: profile } } };
    return events.createEvent({ data: { type: "event", attributes } }).then(
      () => "taken",
      (error) => error.response?.status,
    );
  };
  expect(await refused("pk_0123456789abcdef", { email: "someone@shop.example" })).toBe("taken");
  expect(await refused("pk_0123456789abcdef", {})).toBe(400);
  expect(await refused("pk_of_somebody_else", { email: "someone@shop.example" })).toBe(401);
});

test("Customer.io's own library and ours send the same event", async () => {
  const [site, key] = ["0123456789abcdef", "fedcba9876543210"];
  const { url, requests } = await served(customerioStandIn(`${site}:${key}`));
  const ours = calling(customerioStandIn(`${site}:${key}`));
  await customerio.deliver(parcelOf(`${site}:${key}`, {}, customerio), ours.call);
  const [sent] = ours.requests;
  await new TrackClient(site, key, { url: `${url}/api/v1` }).track("u-42", bodyOf(sent));
  expect(pathOf(sent)).toBe(pathOf(requests[0]));
  expect(bodyOf(sent)).toEqual(bodyOf(requests[0]));
  expect(header(sent, "authorization")).toBe(header(requests[0], "authorization"));
});

test("Customer.io's own library leaves the path with the id `..`; ours sends nothing", async () => {
  const { url, requests } = await served(customerioStandIn("0123456789abcdef:fedcba9876543210"));
  const theirs = new TrackClient("0123456789abcdef", "fedcba9876543210", { url: `${url}/api/v1` });
  await expect(theirs.track("..", { name: "x" })).rejects.toThrow();
  expect(pathOf(requests[0])).toBe("/api/v1/events");
  const ours = calling(customerioStandIn("0123456789abcdef:fedcba9876543210"));
  await customerio.deliver(parcelOf("x", { message: messageOf({ id: ".." }, { channel: "push" }) }, customerio), ours.call);
  expect(ours.requests).toEqual([]);
});

test("Customer.io's own library and ours send transactional messages of one shape, on each channel", async () => {
  const key = "0123456789abcdef0123456789abcdef";
  const { url, requests } = await served(customerioTransactionalStandIn(key));
  const client = new APIClient(key, { url: `${url}/v1` });
  const identifiers = { id: "u-42" };
  const common = {
    transactional_message_id: 12,
    identifiers,
    message_data: { step: "hint" },
    send_to_unsubscribed: false,
    queue_draft: false,
  };
  await client.sendEmail(new SendEmailRequest({ ...common, to: "someone@shop.example" }));
  await client.sendSMS(new SendSMSRequest({ ...common, to: "+33612345678" }));
  await client.sendPush(new SendPushRequest(common));
  const ours = calling(customerioTransactionalStandIn(key));
  for (const channel of ["email", "sms", "push"] as const) {
    const message = messageOf(channel === "sms" ? { phone: "+33612345678" } : {}, { channel });
    await customerioTransactional.deliver(parcelOf(key, { message }, customerioTransactional), ours.call);
  }
  requests.forEach((theirs, i) => {
    const { headers: _, ...body } = bodyOf(theirs); // of an e-mail, always sent by theirs, empty
    const sent = ours.requests[i];
    expect(shapeOf({ ...bodyOf(sent), message_data: {} })).toEqual(shapeOf({ ...body, message_data: {} }));
    expect(pathOf(sent)).toBe(pathOf(theirs));
    expect(header(sent, "authorization")).toBe(header(theirs, "authorization"));
  });
  expect(requests).toHaveLength(3);
});

test("Customer.io's own library would write to people who unsubscribed, unless told not to: the stand-in refuses it", async () => {
  const key = "0123456789abcdef0123456789abcdef";
  const { url } = await served(customerioTransactionalStandIn(key));
  const request = new SendEmailRequest({ to: "someone@shop.example", identifiers: { id: "u-42" }, transactional_message_id: 12 });
  await expect(new APIClient(key, { url: `${url}/v1` }).sendEmail(request)).rejects.toThrow(/unsubscribed/);
});

test("Segment's own library and ours send one event each, to the same path, with the same key and names", async () => {
  const key = "0123456789abcdefghij";
  const { url, requests } = await served(segmentStandIn(key));
  const ours = calling(segmentStandIn(key));
  await segment.deliver(parcelOf(key, {}, segment), ours.call);
  const [sent] = ours.requests;
  const [event] = bodyOf(sent).batch;
  const analytics = new Analytics({ writeKey: key, host: url, flushAt: 1 });
  analytics.track({ ...event, timestamp: new Date(event.timestamp) });
  await analytics.closeAndFlush();
  const [theirs] = bodyOf(requests[0]).batch;
  expect(theirs).toMatchObject(event);
  expect(Object.keys(event).filter((name) => !(name in theirs))).toEqual([]);
  expect(pathOf(sent)).toBe(pathOf(requests[0]));
  expect(header(sent, "authorization")).toBe(header(requests[0], "authorization"));
});
