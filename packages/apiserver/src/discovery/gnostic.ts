// OpenAPI 2.0 as the protobuf message that Go clients read (openapi.v2.Document).
import type { JsonObject } from "@knots/machinery";
import {
  any,
  each,
  encodeDocument,
  type Fields,
  flag,
  message,
  named,
  nested,
  orTruth,
  type Put,
  text,
  within,
} from "./gnostic-put.ts";

/** Media types under which clients ask for the message; the first is what the answer is called. */
export const GNOSTIC_TYPES = [
  "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
  "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
];

const list: Put = (out, number, value) => each(text)(out, number, typeof value === "string" ? [value] : value);
const schema: Put = message(() => SCHEMA, 31);
const SCHEMA: Fields = {
  $ref: [1, text],
  format: [2, text],
  title: [3, text],
  description: [4, text],
  default: [5, any],
  pattern: [13, text],
  required: [19, list],
  enum: [20, each(any)],
  additionalProperties: [21, orTruth(schema)],
  type: [22, within(1, list)],
  items: [23, within(1, schema)],
  allOf: [24, each(schema)],
  properties: [25, within(1, named(schema))],
};

const body = message(
  () => ({ description: [1, text], name: [2, text], in: [3, text], required: [4, flag], schema: [5, schema] }),
  6,
);
const inQuery = message(
  () => ({
    required: [1, flag],
    in: [2, text],
    description: [3, text],
    name: [4, text],
    type: [6, text],
    format: [7, text],
    uniqueItems: [20, flag],
  }),
  23,
);
const inPath = message(
  () => ({
    required: [1, flag],
    in: [2, text],
    description: [3, text],
    name: [4, text],
    type: [5, text],
    format: [6, text],
    uniqueItems: [19, flag],
  }),
  22,
);
const parameter: Put = (out, number, value) => {
  const { in: place } = value as JsonObject;
  const kind =
    place === "body" ? within(1, body) : within(2, place === "path" ? within(4, inPath) : within(3, inQuery));
  within(1, kind)(out, number, value);
};

const response = message(() => ({ description: [1, text], schema: [2, within(1, schema)] }), 5);
const operation = message(
  () => ({
    tags: [1, list],
    summary: [2, text],
    description: [3, text],
    operationId: [5, text],
    produces: [6, list],
    consumes: [7, list],
    parameters: [8, each(parameter)],
    responses: [9, within(1, named(within(1, response)))],
    schemes: [10, list],
    deprecated: [11, flag],
  }),
  13,
);
const METHODS: readonly string[] = ["get", "put", "post", "delete", "options", "head", "patch"];
const pathItem = message(
  () => ({
    ...Object.fromEntries(METHODS.map((method, index) => [method, [index + 2, operation] as const])),
    parameters: [9, each(parameter)],
  }),
  10,
);

const apiKey = message(() => ({ type: [1, text], name: [2, text], in: [3, text], description: [4, text] }), 5);
const DOCUMENT: Fields = {
  swagger: [1, text],
  info: [2, message(() => ({ title: [1, text], version: [2, text], description: [3, text] }), 7)],
  paths: [8, (out, number, value) => nested(out, number, () => named(pathItem)(out, 2, value))],
  definitions: [9, within(1, named(schema))],
  security: [12, each(within(1, named(within(1, list))))],
  securityDefinitions: [13, within(1, named(within(2, apiKey)))],
};

/** Encodes a document. */
export const encodeGnostic = (document: JsonObject): Uint8Array => encodeDocument(document, DOCUMENT, 16);
