// OpenAPI 2.0: one document for the whole server.
import type { JsonObject } from "../schema/schema.ts";
import { refTo } from "./definitions.ts";
import { answersOf, definitionsIn, type OpenApiInput, operationsIn, pathsOf } from "./document.ts";
import type { Operation } from "./operation.ts";
import type { Parameter } from "./parameters.ts";
import { serverOperations } from "./server-operations.ts";

const PATCH_TYPES = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
];

const parameter = ({ name, in: place, type, doc }: Parameter): JsonObject => ({
  name,
  in: place,
  description: doc,
  ...(place === "path" && { required: true }),
  type,
  uniqueItems: true,
});

function parametersOf({ body, parameters }: Operation): JsonObject[] {
  const schema = body && refTo(body.definition, "v2");
  const bodies = body
    ? [{ name: "body", in: "body", ...(body.required && { required: true }), ...(schema && { schema }) }]
    : [];
  return [...bodies, ...parameters.map(parameter)];
}

function operationV2(operation: Operation): JsonObject {
  const { action, answer, gvk } = operation;
  const consumes = action === "patch" ? PATCH_TYPES : (operation.consumes ?? ["*/*"]);
  const schema = answer === undefined ? { type: "string" } : refTo(answer, "v2");
  const parameters = parametersOf(operation);
  return {
    ...(consumes.length > 0 && { consumes }),
    description: operation.doc,
    operationId: operation.id,
    ...(parameters.length > 0 && { parameters }),
    produces: operation.produces,
    responses: answersOf(operation, () => ({ schema })),
    schemes: ["https"],
    tags: [operation.tag],
    ...(action !== undefined && { "x-kubernetes-action": action }),
    ...(gvk && { "x-kubernetes-group-version-kind": { group: gvk.group, kind: gvk.kind, version: gvk.version } }),
  };
}

/** The document of all kinds of the server. */
export function openApiV2(input: OpenApiInput): JsonObject {
  return {
    swagger: "2.0",
    info: { title: "Kubernetes", version: input.version },
    paths: pathsOf([...serverOperations(input.kinds), ...operationsIn(input)], operationV2, parameter),
    definitions: definitionsIn(input, "v2", serverOperations(input.kinds)),
    securityDefinitions: {
      BearerToken: { description: "Bearer token", in: "header", name: "authorization", type: "apiKey" },
    },
    security: [{ BearerToken: [] }],
  };
}
