import { expect, test, vi } from "vitest";
import { openVisit } from "../test-visit.ts";

const visit = openVisit();
const view = async (path: string) => {
  await visit.start({ path });
  await visit.pass(2500);
  return visit.said("page_view").at(-1);
};

test.each([
  ["/pricing?cusp_m=msg_Ab-1_7&utm_source=mail", "msg_Ab-1_7"],
  ["/pricing?utm_source=mail&cusp_m=msg_Ab-1_7#top", "msg_Ab-1_7"],
  ["/pricing?cusp_m=msg_", undefined],
  ["/pricing?cusp_m=evil", undefined],
  ["/pricing?cusp_m=msg_a%20b", undefined],
  [`/pricing?cusp_m=msg_${"a".repeat(121)}`, undefined],
  ["/pricing?xcusp_m=msg_a", undefined],
])("a landing at %s answers the message %s", async (path, message) => {
  const said = await view(path);
  expect(said).toMatchObject({ kind: "page_view" });
  expect((said as { message?: string }).message).toBe(message);
  expect(JSON.stringify(visit.batches[0]?.context)).not.toContain("cusp_m");
});

test.each([
  ["Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", false, true],
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/130.0 Safari/537.36", false, true],
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", true, true],
  ["Mozilla/5.0 (Linux; Android 14; CUBOT NOTE 50) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36", false, undefined],
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36", false, undefined],
])("%s, driven %s, is marked %s, and sent like any other", async (agent, driven, bot) => {
  vi.spyOn(navigator, "userAgent", "get").mockReturnValue(agent);
  Object.defineProperty(navigator, "webdriver", { value: driven, configurable: true });
  await view("/pricing");
  Reflect.deleteProperty(navigator, "webdriver");
  expect(visit.batches[0]?.context?.bot).toBe(bot || undefined);
});
