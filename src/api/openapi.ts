import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import type { Endpoint } from "./endpoint.ts";

/** Every endpoint may refuse a request like this. */
export const ErrorShape = v.object({ error: v.string(), problems: v.optional(v.array(v.string())) });

const REFUSALS: Readonly<Record<number, string>> = {
  400: "The request is not understood; `problems` names each field that is wrong",
  401: "There is no API key, or one that is not known or was revoked",
  403: "The API key lacks a scope, which the error names",
  404: "There is nothing of this name",
  413: "The body is too large",
  422: "It was understood but is not allowed; `problems` says why",
};

/** What a document is made of. */
export type DocumentParts = {
  readonly publicUrl: string;
  readonly endpoints: readonly Endpoint[];
  /** Shapes that have a name of their own in the document. */
  readonly names: Readonly<Record<string, v.GenericSchema>>;
};

/** The OpenAPI 3.1 document of these endpoints: its schemas are made from those that check the requests. */
export function openApiDocument({ publicUrl, endpoints, names }: DocumentParts): object {
  const named = { Error: ErrorShape, ...names };
  const schemas = Object.fromEntries(
    Object.entries(named).map(([name, schema]) => {
      const { [name]: _self, ...others } = named as Record<string, v.GenericSchema>;
      return [name, jsonSchema(schema, others)];
    }),
  );
  return {
    openapi: "3.1.1",
    info: {
      title: "Flexcord",
      version: "1",
      description:
        "Cases, members and articles for other programs. Times are ISO 8601. Programs should not mind fields that they do " +
        "not know: later releases may add some.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: publicUrl }],
    security: [{ apiKey: [] }],
    tags: [...new Set(endpoints.map(({ tag }) => tag))].map((name) => ({ name })),
    paths: Object.fromEntries(
      [...Map.groupBy(endpoints, ({ path }) => `/api${path}`)].map(([path, methods]) => [
        path,
        Object.fromEntries(methods.map((one) => [one.method.toLowerCase(), operation(one, named)])),
      ]),
    ),
    components: {
      schemas,
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "An API key: `fck_…`, made by `npm run operate`" },
      },
    },
  };
}

function operation(one: Endpoint, named: Readonly<Record<string, v.GenericSchema>>): object {
  const { access, answers, takesIdempotencyKey } = one;
  const isPublic = access === "public";
  const refusals = [
    400,
    ...(isPublic ? [] : [401, 403]),
    404,
    ...(one.body ? [413] : []),
    ...(one.method === "GET" ? [] : [422]),
  ];
  const refused = refusals.filter((status) => !(status in answers));
  const answered = Object.entries(answers).map(([status, schema]) => [
    status,
    { description: status.startsWith("2") ? "Done" : "Not done", ...(schema && { content: json(schema, named) }) },
  ]);
  const errors = refused.map((status) => [status, { description: REFUSALS[status], content: json(ErrorShape, named) }]);
  return {
    operationId: operationId(one),
    tags: [one.tag],
    summary: one.summary,
    description: [one.description, accessNote(one)].filter(Boolean).join(" "),
    ...(isPublic && { security: [] }),
    parameters: [
      ...parameters("path", one.params, named),
      ...parameters("query", one.query, named),
      ...(takesIdempotencyKey
        ? [{ name: "Idempotency-Key", in: "header", required: false, schema: { type: "string", maxLength: 255 } }]
        : []),
    ],
    ...(one.body && { requestBody: { required: true, content: json(one.body, named) } }),
    responses: Object.fromEntries([...answered, ...errors]),
  };
}

function accessNote({ access }: Endpoint): string {
  if (access === "public") return "";
  return access === "operators"
    ? "For operators only."
    : `Scopes: ${access.map((scope) => `\`${scope}\``).join(", ")}.`;
}

/** `GET /cases/{id}/links` is `getCasesByIdLinks`. */
function operationId({ method, path }: Endpoint): string {
  const words = path.split("/").filter((word) => word !== "");
  const parts = words.map((word) =>
    word.replace(/^\{(\w+)\}$/, "by-$1").replaceAll(/(?:^|[-.])(\w)/g, (_, first) => first.toUpperCase()),
  );
  return method.toLowerCase() + parts.join("");
}

function parameters(
  where: "path" | "query",
  entries: v.ObjectEntries,
  named: Readonly<Record<string, v.GenericSchema>>,
) {
  return Object.entries(entries).map(([name, schema]) => ({
    name,
    in: where,
    required: schema.type !== "optional",
    schema: jsonSchema(schema as v.GenericSchema, named),
  }));
}

function json(schema: v.GenericSchema, named: Readonly<Record<string, v.GenericSchema>>): object {
  return { "application/json": { schema: jsonSchema(schema, named) } };
}

/** JSON Schema of what is sent: checks that it cannot express are left out, they are in the answer to a wrong request. */
function jsonSchema(schema: v.GenericSchema, named: Readonly<Record<string, v.GenericSchema>>): object {
  const {
    $schema: _dialect,
    $defs: _definitions,
    ...rest
  } = toJsonSchema(schema, {
    typeMode: "input",
    target: "draft-2020-12",
    errorMode: "ignore",
    definitions: named,
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
  });
  return rest;
}
