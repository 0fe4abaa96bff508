import { expect, test } from "vitest";
import { literalSecrets } from "./secrets-written.ts";

// Put together here, so that no scanner takes this file for a leak.
test.each([
  ["whsec_", "c2VjcmV0"],
  ["SG.", "abcdefgh12.ijkl"],
  ["re_", "Ab1Cd2Ef3Gh4"],
  ["key-", "0123456789abcdef"],
  ["xox", "b-1234-abcd"],
  ["https://hooks.slack.com/", "services/T0/B0/x"],
  ["sk_", "live_51H"],
  ["pk_", "0123456789abcdef0123456789abcdef01"],
  ["AKIA", "ABCDEFGHIJKLMNOP"],
  ["eyJ", "hbGciOiJIUzI1NiJ9.e30"],
  ["-----BEGIN ", "PRIVATE KEY-----"],
  ["https://", "shop:hunter2@tool.example"],
  ["", "d41d8cd98f00b204e9800998ecf8427e"],
  ["", "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFi"],
])("a secret written as %s… is found where it stands, in a value and in a comment", (start, rest) => {
  const secret = start + rest;
  const offset = start === "https://" || start.endsWith("com/") ? "https://".length : 0;
  expect(literalSecrets(`secret: "${secret}"`).map((one) => one.offset)).toEqual([9 + offset]);
  expect(literalSecrets(`# was ${secret}\n`).map((one) => one.offset)).toEqual([6 + offset]);
});

test.each([
  "site: pk_AbC123dEf456GhI789jKl0",
  "secret: DEST_PK_REPLACE0WITH0YOURS0000_EMAIL_SECOND_KEY",
  "re_entry: { after: 7d }",
  "message: re_engagement_after_2_weeks_of_silence",
  "journey: key-pages-of-the-summer-collection-2026",
  "link: https://shop.example/a/very/long/path/to/the/summer/collection/2026",
  "near: '[data-cusp-seen=returns-policy-of-the-european-shops]'",
])("%s is no secret", (line) => {
  expect(literalSecrets(line)).toEqual([]);
});
