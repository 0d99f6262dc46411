// OpenAPI 3.0: one document per group-version, and the index that names them.
import type { JsonObject } from "../schema/schema.ts";
import { refTo, sorted } from "./definitions.ts";
import { answersOf, definitionsIn, type OpenApiInput, operationsIn, pathsOf } from "./document.ts";
import type { Operation } from "./operation.ts";
import type { Parameter } from "./parameters.ts";

const PATCH_TYPES = [
  "application/apply-patch+yaml",
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
];

const parameter = ({ name, in: place, type, doc }: Parameter): JsonObject => ({
  name,
  in: place,
  description: doc,
  ...(place === "path" && { required: true }),
  schema: { type, uniqueItems: true },
});

const contentOf = (types: readonly string[], schema: JsonObject): JsonObject =>
  Object.fromEntries(types.map((type) => [type, { schema }]));

const contentOfAnswer = ({ answer, produces }: Operation): JsonObject =>
  contentOf(produces, answer === undefined ? { type: "string" } : refTo(answer, "v3"));

function operationV3(operation: Operation): JsonObject {
  const { body, action, gvk, parameters, tag, doc, id } = operation;
  return {
    tags: [tag],
    description: doc,
    operationId: id,
    ...(parameters.length > 0 && { parameters: parameters.map(parameter) }),
    ...(body && {
      requestBody: {
        content: contentOf(action === "patch" ? PATCH_TYPES : ["*/*"], refTo(body.definition, "v3")),
        ...(body.required && { required: true }),
      },
    }),
    responses: answersOf(operation, () => ({ content: contentOfAnswer(operation) })),
    ...(action !== undefined && { "x-kubernetes-action": action }),
    ...(gvk && { "x-kubernetes-group-version-kind": { group: gvk.group, kind: gvk.kind, version: gvk.version } }),
  };
}

/** The document of one group-version, whose kinds are `input.kinds`. */
export function openApiV3(input: OpenApiInput): JsonObject {
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: input.version },
    paths: pathsOf(operationsIn(input), operationV3, parameter),
    components: {
      schemas: definitionsIn(input, "v3"),
      securitySchemes: {
        BearerToken: { type: "apiKey", description: "Bearer token", name: "authorization", in: "header" },
      },
    },
  };
}

/** The index at `/openapi/v3`: `apis/apps/v1` to where its document is; `hash` changes with its text and lets clients cache it. */
export function openApiV3Index(hashes: ReadonlyMap<string, string>): JsonObject {
  const entries = [...hashes].map(([name, hash]): readonly [string, JsonObject] => [
    name,
    { serverRelativeURL: `/openapi/v3/${name}?hash=${hash}` },
  ]);
  return { paths: sorted(Object.fromEntries(entries)) };
}
