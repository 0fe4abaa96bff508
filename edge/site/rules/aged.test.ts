import { expect, test } from "vitest";
import { checkSiteFile } from "../check.ts";

const checked = (message: string) =>
  checkSiteFile(`version: 1
site: pk_demo
origins: [https://shop.example]
triggers:
  leaving: { on: [exit], band: now, message: stay }
messages:
  stay:
    purpose: service
    onsite: { title: Hello }
${message}
`);

const warned = (message: string) => {
  const { ok, warnings } = checked(message);
  return [ok, ...warnings.filter(({ message }) => message.includes("feed")).map(({ line, message }) => `${line}: ${message}`)];
};
const block = (variants: string) => `    blocks:\n      - id: hook\n        variants:\n${variants}`;

test("a text that names what a feed tells, however old, is warned of where it stands", () => {
  expect(warned('    team: { text: "Try {{ cart.top.replacement.name }}" }')).toEqual([
    true,
    expect.stringMatching(/^10: `cart\.top\.replacement\.name` is as old as the feed that tells it, .* `data_max_age`$/),
  ]);
  const variants = [
    '          - { id: a, when: cart.count > 0, text: "In {{ cart.top.size }}" }',
    "          - { id: b, when: size(wishlist.items) > 0, text: Hello }",
    '          - { id: c, text: "{{ cart.top.name }}" }',
  ];
  expect(warned(block(variants.join("\n")))).toEqual([
    true,
    expect.stringMatching(/^13: `cart\.top\.size` is as old as the feed .* like `data_max_age: 15m`$/),
    expect.stringMatching(/^14: `wishlist\.items`/),
  ]);
});

test("a variant that says how old its data may be is not warned of, and is no end of those after it", () => {
  const variants = [
    '          - { id: a, text: "In {{ cart.top.size }}", data_max_age: 15m }',
    '          - { id: b, text: "About {{ cart.top.size }}", data_max_age: 1d }',
    "          - { id: c, text: Hello }",
  ];
  expect(warned(block(variants.join("\n")))).toEqual([true]);
  const behind = [...variants, '          - { id: d, text: "In {{ cart.top.size }}", data_max_age: 15m }'];
  expect(checked(block(behind.join("\n")))).toMatchObject({
    ok: false,
    mistakes: [{ line: 16, message: expect.stringContaining("number 3 always holds") }],
  });
});
