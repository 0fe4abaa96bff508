import * as z from "zod";
import { answers } from "./answers.ts";
import { type Route, routes } from "./routes.ts";
import { webhookBodies } from "./webhook-bodies.ts";

/** What is taken, as it is written: before anything is made of it. */
function schemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...written } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return written as Record<string, unknown>;
}

const openers = { server: "serverKey", signed: "signature", admin: "adminToken" } as const;

const contentOf = (kind: string, schema: object) => ({ [kind]: { schema } });
const refersTo = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const problems = {
  default: { description: "Refused, with the reason.", content: contentOf("application/problem+json", refersTo("Problem")) },
};

function parametersOf(path: string, { query }: Route): object[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    ...{ name, in: "path", required: true, schema: { type: "string" } },
  }));
  const { properties = {}, required = [] } = (query ? schemaOf(query) : {}) as {
    properties?: Record<string, object>;
    required?: string[];
  };
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    ...{ name, in: "query", required: required.includes(name), schema },
  }));
  return [...inPath, ...inQuery];
}

function answerOf({ gives: [status, answer] }: Route) {
  const content =
    answer === undefined
      ? contentOf("application/json", { type: "object" })
      : answer.includes("/")
        ? contentOf(answer, { type: "string" })
        : contentOf("application/json", refersTo(answer));
  return { [status]: { description: "Done.", content }, ...problems };
}

function operationOf(path: string, route: Route): object {
  const { says, by, body } = route;
  const parameters = parametersOf(path, route);
  const content =
    typeof body === "string" ? contentOf(body, { type: "string" }) : body && contentOf("application/json", schemaOf(body));
  return {
    summary: says,
    ...(by && { security: [{ [openers[by]]: [] }] }),
    ...(parameters.length && { parameters }),
    ...(content && { requestBody: { required: true, content } }),
    responses: answerOf(route),
  };
}

function pathsOf(): Record<string, Record<string, object>> {
  const paths: Record<string, Record<string, object>> = {};
  for (const [written, route] of Object.entries(routes)) {
    const [method = "", path = ""] = written.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(path, route) };
  }
  return paths;
}

const header = (name: string, says: string) => ({
  name,
  in: "header",
  required: true,
  description: says,
  schema: { type: "string" },
});
const signed = [
  header("webhook-id", "The same on every attempt and replay."),
  header("webhook-timestamp", "Epoch seconds, of this attempt."),
  header("webhook-signature", "Standard Webhooks v1: `v1,` and base64; two of them while a key is being replaced."),
  header("cusp-attempt", "1, 2, 3…"),
];

const webhooksOf = () =>
  Object.fromEntries(
    Object.entries(webhookBodies).map(([type, { summary, body }]) => [
      type,
      {
        post: {
          ...{ summary, parameters: signed },
          requestBody: { required: true, content: contentOf("application/json", schemaOf(body)) },
          responses: {
            "2XX": { description: "Taken." },
            409: { description: "Had it already." },
            410: { description: "Takes nothing any more: the destination is disabled." },
            422: { description: "Refused for good." },
            default: { description: "Tried again." },
          },
        },
      },
    ]),
  );

const bearer = (description: string) => ({ type: "http", scheme: "bearer", description });

/** The edge's HTTP side, and what it posts to receivers: OpenAPI 3.1, from the schemas that are in force. */
export function openApi(version: string) {
  return {
    openapi: "3.1.0",
    info: {
      title: "Cusp",
      version,
      description: "What the edge takes and gives, and the webhooks that it sends.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    paths: pathsOf(),
    webhooks: webhooksOf(),
    components: {
      schemas: Object.fromEntries(Object.entries(answers).map(([name, schema]) => [name, schemaOf(schema)])),
      securitySchemes: {
        serverKey: bearer("A server key, `sk_…`, never from a page."),
        adminToken: bearer("ADMIN_TOKEN of the edge, or a token of one site."),
        signature: { type: "apiKey", in: "header", name: "webhook-signature", description: "As the tool signs." },
      },
    },
  };
}
