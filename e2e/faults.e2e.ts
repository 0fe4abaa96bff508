import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { newSecrets, startDemo } from "../scripts/demo.ts";
import { expect, hesitatingShopper, test } from "./cusp.ts";

test("an edge killed between decision and delivery delivers once it runs again, under one webhook-id", async ({
  receiver,
  hooks,
}) => {
  const folder = mkdtempSync(path.join(tmpdir(), "cusp-kill-"));
  const options = { port: 8850, folder, receiverPort: receiver.port, secrets: newSecrets() };
  receiver.answer("hang");
  const first = await startDemo(options);
  // Twenty times as fast: the alarm of the 20 s lease is real and rings after one.
  await fetch(`${first.url}/dev/clock`, { method: "POST", body: '{"rate":20}' });
  const batch = await hesitatingShopper(first.url);
  const answer = await fetch(`${first.url}/v1/batches`, {
    method: "POST",
    headers: { "content-type": "text/plain", origin: first.url },
    body: JSON.stringify(batch),
  });
  expect(answer.status).toBe(202);
  await expect.poll(() => hooks.length).toBe(1);
  await first.stop("SIGKILL");

  receiver.answer(200);
  const second = await startDemo(options);
  // The clock runs at its own pace again: let the lease of the attempt that died be over by it too.
  await expect
    .poll(async () => {
      await fetch(`${second.url}/dev/clock`, { method: "POST", body: '{"skip_ms":21000}' });
      return hooks.length;
    })
    .toBe(2);
  expect(hooks[1]?.id).toBe(hooks[0]?.id);
  expect(hooks[1]?.text).toBe(hooks[0]?.text);
  expect(hooks[1]?.attempt).toBe("2");
  await second.stop();
  rmSync(folder, { recursive: true, force: true });
});

for (const how of [500, 301, "reset", "hang"] as const)
  test(`a receiver that answers ${how} gets the same bytes again, under the same id`, async ({
    request,
    edge,
    receiver,
    hooks,
  }) => {
    receiver.answer(how);
    const answer = await request.post("/v1/batches", {
      headers: { "content-type": "text/plain", origin: edge.url },
      data: JSON.stringify(await hesitatingShopper(edge.url)),
    });
    expect(answer.status()).toBe(202);
    await expect.poll(() => hooks.length).toBe(1);
    receiver.answer(200);
    if (how === "hang") receiver.drop();
    await expect
      .poll(async () => {
        await request.post("/dev/clock", { data: { skip_ms: 7000 } });
        return hooks.length;
      })
      .toBe(2);
    expect(hooks.map(({ attempt }) => attempt)).toEqual(["1", "2"]);
    expect(new Set(hooks.map(({ id }) => id)).size).toBe(1);
    expect(new Set(hooks.map(({ text }) => text)).size).toBe(1);
    expect(receiver.strays()).toBe(0);
  });
