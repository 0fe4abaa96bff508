import { expect, test } from "vitest";
import type { OnsiteMessage } from "../contract/wire.ts";
import { openVisit } from "./test-visit.ts";

const visit = openVisit();

test("a page hears what it is to show, and what became of that is told to the edge", async () => {
  const message = { id: "msg_abc_17", content: { template: "hint" } } as OnsiteMessage;
  visit.answer(({ signals }) => ({
    status: 202,
    body: { ack: { mark: signals.at(-1)?.n, ranges: [] }, onsite: [message], settings: "e", pass: "p" },
  }));
  const cusp = await visit.start();
  const heard: (OnsiteMessage[] | undefined)[] = [];
  cusp.on("flush", ({ phase, json }) => phase === "answered" && heard.push(json?.onsite));
  await visit.pass(2500);
  expect(heard).toEqual([[message]]);
  cusp.track("message_shown", { message: message.id });
  cusp.track("message_clicked", { message: message.id });
  await visit.pass(8000);
  expect(visit.said("message_shown")).toEqual([{ kind: "message_shown", message: message.id }]);
  expect(visit.said("message_clicked")).toEqual([{ kind: "message_clicked", message: message.id }]);
});
