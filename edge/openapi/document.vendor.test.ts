import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect, test } from "vitest";

const text = readFileSync(new URL("../../dist/scripts/openapi.json", import.meta.url), "utf8");

test("what is published is OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(text));
  expect(errors ?? []).toEqual([]);
  expect(valid).toBe(true);
  expect(validator.version).toBe("3.1");
  const { valid: isStill } = await new Validator().validate({ ...JSON.parse(text), paths: [] });
  expect(isStill).toBe(false);
});

test("the webhooks that the docs show are what is published, for a validator of JSON Schema", () => {
  const { webhooks } = JSON.parse(text) as {
    webhooks: Record<string, { post: { requestBody: { content: Record<string, { schema: object }> } } }>;
  };
  const docs = readFileSync(new URL("../../docs/webhook.md", import.meta.url), "utf8");
  const shown = [...docs.matchAll(/```json\n(\{[^`]*?"type": "[^`]*?)```/g)].map(
    ([, json = ""]) => JSON.parse(json) as { type: string },
  );
  expect(shown.map(({ type }) => type).sort()).toEqual(["endpoint.disabled", "message.send"]);
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  for (const body of shown) {
    const isValid = ajv.compile(webhooks[body.type]?.post.requestBody.content["application/json"]?.schema ?? false);
    expect(isValid(body), JSON.stringify(isValid.errors)).toBe(true);
    expect(isValid({ ...body, data: {} })).toBe(false);
  }
});
