import { expect, test } from "vitest";
import { checkSiteFile } from "../site/check.ts";
import { fileOf } from "../test/site.ts";
import { withoutWayOut } from "./way-out.ts";

const file = (channel: string, purpose: string) => {
  const more = `triggers:
  leaving: { on: [exit], band: now, message: hello }
limits: { sms_to: ["+33"] }
messages:
  hello: { purpose: ${purpose}, subject: Hello, sms: { text: Hello. STOP to end }, action: { label: Back, link: / } }
destinations:
  out: { url: "https://tool.example/hook", channels: [${channel}], secret: DEST_PK_DEMO_OUT }
`;
  const checked = checkSiteFile(fileOf("pk_demo", more));
  if (!checked.ok) throw new Error(checked.mistakes.map(({ message }) => message).join());
  return checked.file;
};

test("whoever pushes advertisements by e-mail to an edge that does not know its own address is told so", () => {
  expect(withoutWayOut(file("email", "marketing"))).toMatchObject([
    { pointer: "/destinations/out", message: expect.stringContaining("EDGE_URL") },
  ]);
  expect(withoutWayOut(file("email", "marketing"), "nowhere")).toHaveLength(1);
  expect(withoutWayOut(file("email", "marketing"), "https://edge.example")).toEqual([]);
  expect(withoutWayOut(file("email", "service"))).toEqual([]);
  expect(withoutWayOut(file("sms", "marketing"))).toEqual([]);
});
