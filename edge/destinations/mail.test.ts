import { expect, test } from "vitest";
import { mailOf } from "./mail.ts";
import { mailMessage } from "./stand-in/mail-parcel.ts";

const leave = { "List-Unsubscribe": "<https://edge.example/u/9c1f>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" };

test("a mail with a way out names it where mail programs look for it", () => {
  expect(mailOf(mailMessage(), "X")).toMatchObject({ mail: { to: "someone@shop.example", headers: leave } });
});

test.each(["https://edge.example/u/1>\r\nBcc: <a@b.c", "https://edge.example/u/<b>", "https://edge.example/u/1 2\u202e"])(
  "an address of a way out cannot end the header it stands in: %j",
  (unsubscribe_url) => {
    const made = mailOf(mailMessage({ unsubscribe_url }), "X");
    const value = "mail" in made ? made.mail.headers["List-Unsubscribe"] : "";
    expect(value).toMatch(/^<https:\/\/edge\.example\/u\/[\x21-\x3b=\x3f-\x7e]+>$/);
  },
);

test("marketing without a way out is not sent; what somebody asked for is", () => {
  const { unsubscribe_url: _, ...content } = mailMessage().content;
  const without = (purpose: "marketing" | "service") => mailOf({ ...mailMessage({}, { purpose }), content }, "X");
  expect(without("marketing")).toEqual({
    refused: {
      state: "failed",
      reason: "a marketing mail needs a way to unsubscribe, and there is none: set EDGE_URL on the edge",
    },
  });
  expect(without("service")).toMatchObject({ mail: { headers: {} } });
});

test("a mail that was written with the decision goes out as it is; one that was decided for another kind of tool is written plainly", () => {
  const written = mailOf(mailMessage({ html: "<p>As decided</p>", text: "As decided" }), "X");
  expect(written).toMatchObject({ mail: { subject: "Still thinking?", html: "<p>As decided</p>", text: "As decided" } });
  expect(mailOf(mailMessage(), "X")).toMatchObject({ mail: { html: expect.stringContaining("Back to the cart") } });
});

test("a mail that says nothing is not sent", () => {
  expect(mailOf(mailMessage({ subject: "\u202e \r\n" }), "X")).toMatchObject({ refused: { state: "failed" } });
  const { unsubscribe_url: _, action: __, ...content } = mailMessage({ blocks: [] }, {}).content;
  expect(mailOf({ ...mailMessage({}, { purpose: "service" }), content }, "X")).toMatchObject({ refused: { state: "failed" } });
});
