import { expect, test } from "vitest";
import type { Content } from "./content.ts";
import { doubt, offVoice } from "./voice.ts";

const brand = { banned: ["cheap"], capitals: 0, max_chars: {}, required: [] };
const says = (text: string): Content => ({ template: "a", sms: { text }, blocks: [], html: null, text: null });

test("the tag of a link says nothing, whatever its letters spell", () => {
  const link = (tag: string) => says(`Back to https://shop.example/pricing?cusp_m=${tag}`);
  expect(offVoice(brand, "sms", link("msg_ABC-cheap-x_7-HOOK"))).toBeUndefined();
  expect(offVoice(brand, "sms", link("msg_x_7#cheap"))).toBe("the text says “cheap”, which the brand never says");
});

test("an approval holds for a code with fewer words in capitals than what stood in for it", () => {
  const approved = () => [says("YOUR-CODE")];
  expect(doubt(brand, "sms", says("SPRING"), approved)).toBeUndefined();
  expect(doubt(brand, "sms", says("SPRING, cheap"), approved)).toBe("the text says “cheap”, which the brand never says");
});
