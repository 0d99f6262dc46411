// OpenAPI 3.0 as the protobuf message that Go clients read (openapi.v3.Document).
import type { Json, JsonObject } from "@knots/machinery";
import {
  any,
  double,
  each,
  encodeDocument,
  type Fields,
  flag,
  integer,
  message,
  named,
  nested,
  orTruth,
  type Put,
  text,
  within,
} from "./gnostic-put.ts";

/** Media types under which clients ask for the message; the first is what the answer is called. */
export const GNOSTIC_V3_TYPES = [
  "application/com.github.proto-openapi.spec.v3.v1.0+protobuf",
  "application/com.github.proto-openapi.spec.v3@v1.0+protobuf",
];

const reference = message(() => ({ $ref: [1, text], summary: [2, text], description: [3, text] }), 0);

/** A structure, or a reference to one: two forms of one message. */
const orReference =
  (put: Put): Put =>
  (out, number, value) => {
    const form = "$ref" in (value as JsonObject) ? within(2, reference) : within(1, put);
    form(out, number, value);
  };

/** A map in a message of its own. */
const mapped = (put: Put): Put => within(1, named(put));
const list: Put = each(text);

/** A default that is a number, a truth or a text; of any other the message says only that there is one. */
const defaultValue: Put = (out, number, value: Json) =>
  nested(out, number, () => {
    if (typeof value === "number") double(out, 1, value);
    else if (typeof value === "boolean") flag(out, 2, value);
    else if (typeof value === "string") text(out, 3, value);
  });

const schema: Put = orReference(message(() => SCHEMA, 36));
const SCHEMA: Fields = {
  nullable: [1, flag],
  readOnly: [3, flag],
  example: [7, any],
  deprecated: [8, flag],
  title: [9, text],
  multipleOf: [10, double],
  maximum: [11, double],
  exclusiveMaximum: [12, flag],
  minimum: [13, double],
  exclusiveMinimum: [14, flag],
  maxLength: [15, integer],
  minLength: [16, integer],
  pattern: [17, text],
  maxItems: [18, integer],
  minItems: [19, integer],
  uniqueItems: [20, flag],
  maxProperties: [21, integer],
  minProperties: [22, integer],
  required: [23, list],
  enum: [24, each(any)],
  type: [25, text],
  allOf: [26, each(schema)],
  oneOf: [27, each(schema)],
  anyOf: [28, each(schema)],
  not: [29, message(() => SCHEMA, 36)],
  items: [30, within(1, schema)],
  properties: [31, mapped(schema)],
  additionalProperties: [32, orTruth(schema)],
  default: [33, defaultValue],
  description: [34, text],
  format: [35, text],
};

const content = mapped(message(() => ({ schema: [1, schema] }), 5));
const parameter = orReference(
  message(
    () => ({
      name: [1, text],
      in: [2, text],
      description: [3, text],
      required: [4, flag],
      deprecated: [5, flag],
      schema: [10, schema],
    }),
    14,
  ),
);
const requestBody = orReference(
  message(() => ({ description: [1, text], content: [2, content], required: [3, flag] }), 4),
);
const response = orReference(message(() => ({ description: [1, text], content: [3, content] }), 5));
const operation = message(
  () => ({
    tags: [1, list],
    summary: [2, text],
    description: [3, text],
    operationId: [5, text],
    parameters: [6, each(parameter)],
    requestBody: [7, requestBody],
    responses: [8, within(2, named(response))],
    deprecated: [10, flag],
  }),
  13,
);
const METHODS: readonly string[] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const pathItem = message(
  () => ({
    ...Object.fromEntries(METHODS.map((method, index) => [method, [index + 4, operation] as const])),
    parameters: [13, each(parameter)],
  }),
  14,
);
const securityScheme = orReference(
  message(() => ({ type: [1, text], description: [2, text], name: [3, text], in: [4, text] }), 9),
);

const DOCUMENT: Fields = {
  openapi: [1, text],
  info: [2, message(() => ({ title: [1, text], description: [2, text], version: [6, text] }), 7)],
  paths: [4, within(1, named(pathItem))],
  components: [5, message(() => ({ schemas: [1, mapped(schema)], securitySchemes: [7, mapped(securityScheme)] }), 10)],
  security: [6, each(within(1, named(within(1, list))))],
};

/** Encodes a document. */
export const encodeGnosticV3 = (document: JsonObject): Uint8Array => encodeDocument(document, DOCUMENT, 9);
