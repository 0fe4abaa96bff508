import sendgridClient from "@sendgrid/client";
import sendgridMail from "@sendgrid/mail";
import { ServerClient } from "postmark";
import { Resend } from "resend";
import { expect, test } from "vitest";
import { postmark } from "./postmark.ts";
import { resend } from "./resend.ts";
import { sendgrid } from "./sendgrid.ts";
import { bodyOf, fetching, header, ours } from "./stand-in/library.ts";
import { mailParcel } from "./stand-in/mail-parcel.ts";
import { postmarkStandIn } from "./stand-in/postmark.ts";
import type { Sent } from "./stand-in/request.ts";
import { resendStandIn } from "./stand-in/resend.ts";
import { sendgridStandIn } from "./stand-in/sendgrid.ts";

// The vendors' own libraries send to our stand-ins what ours sent: what these take is what the vendors take.

// What these modules export is an instance that carries its class, which their types do not say.
const { Client } = sendgridClient as unknown as { Client: new () => typeof sendgridClient };
const { MailService } = sendgridMail as unknown as { MailService: new () => typeof sendgridMail };

test("SendGrid's own library and ours send the same", async () => {
  const key = "SG.0123456789abcdef012345.0123456789abcdef0123456789abcdef";
  const sent = await ours(sendgrid, mailParcel(key, sendgrid, { settings: { from_name: "The Shop" } }), sendgridStandIn(key));
  const { personalizations, from, subject, content, headers } = bodyOf(sent);
  const client = new Client();
  client.setApiKey(key);
  const theirs: Sent[] = [];
  // biome-ignore lint/suspicious/noExplicitAny: what the library hands its client
  client.request = async (data: any) => {
    const { baseURL, url, headers, data: body } = client.createRequest(data) as unknown as Record<string, string>;
    theirs.push({ url: `${baseURL}${url}`.replace(/(?<!:)\/+/g, "/"), headers: headers as never, body: JSON.stringify(body) });
    // biome-ignore lint/suspicious/noExplicitAny: nobody reads it
    return [] as any;
  };
  const mails = new MailService();
  mails.setClient(client);
  const customArgs = personalizations[0].custom_args;
  await mails.send({
    to: personalizations[0].to[0].email,
    from,
    subject,
    text: content[0].value,
    html: content[1].value,
    headers,
    customArgs,
  });
  const [request] = theirs as [Sent];
  expect(sendgridStandIn(key)(request).status).toBe(202);
  expect(request.url).toBe(sent.url);
  expect(header(request, "authorization")).toBe(header(sent, "authorization"));
  const { custom_args, ...rest } = bodyOf(request);
  expect(rest).toEqual({ ...bodyOf(sent), personalizations: [{ to: personalizations[0].to }] });
  expect(custom_args).toEqual(customArgs); // the same for all recipients, of which there is one
});

test("Postmark's own library and ours send the same", async () => {
  const token = "0a129aee-e1cd-480d-b08d-4f48548ff48d";
  const sent = await ours(postmark, mailParcel(token, postmark), postmarkStandIn({ token }));
  const { fetched, requests } = fetching(postmarkStandIn({ token, inactive: ["gone@shop.example"] }));
  const client = new ServerClient(token, { fetch: fetched as typeof fetch });
  const answered = await client.sendEmail(bodyOf(sent));
  expect(answered).toMatchObject({ ErrorCode: 0, MessageID: expect.any(String) });
  expect(requests[0]?.url).toBe(sent.url);
  expect(header(requests[0], "x-postmark-server-token")).toBe(token);
  expect(bodyOf(requests[0])).toEqual(bodyOf(sent));
  const refused = client.sendEmail({ ...bodyOf(sent), To: "gone@shop.example" });
  await expect(refused).rejects.toMatchObject({ name: "InactiveRecipientsError", code: 406, statusCode: 422 });
});

test("Resend's own library and ours send the same, and Resend gives both the same mail", async () => {
  const key = "re_0123456789abcdef";
  const taken = new Map<string, { id: string; body: string }>();
  const sent = await ours(resend, mailParcel(key, resend), resendStandIn(key, taken));
  const { fetched, requests } = fetching(resendStandIn(key));
  const before = globalThis.fetch;
  globalThis.fetch = fetched as typeof fetch;
  try {
    const idempotencyKey = header(sent, "idempotency-key") as string;
    const { data, error } = await new Resend(key).emails.send(bodyOf(sent), { idempotencyKey });
    expect(error).toBeNull();
    expect(data?.id).toBe([...taken.values()][0]?.id);
  } finally {
    globalThis.fetch = before;
  }
  expect(requests[0]?.url).toBe(sent.url);
  for (const name of ["authorization", "idempotency-key", "content-type"])
    expect(header(requests[0], name)).toBe(header(sent, name));
  expect(bodyOf(requests[0])).toEqual(bodyOf(sent));
});
