// Where a decode walk stands, and how its failures and findings are told to users.
import { ApiError, failure } from "../status.ts";
import type { Json, JsonObject, ObjectNode, SchemaNode } from "./schema.ts";

/** A step of the walk: a field's name, a list index, or a map key (in an array of its own). */
export type Step = string | number | readonly [string];

/** State of one walk. `path` and `struct` follow the value that is being decoded. */
export interface DecodeWalk {
  readonly root: Json;
  readonly path: Step[];
  /** The innermost structure; absent at the root. */
  struct: ObjectNode | undefined;
  readonly onUnknown: ((path: string) => void) | undefined;
}

/** The last `parts` parts of a definition name: `PodSpec` or `v1.PodSpec` of `io.k8s.api.core.v1.PodSpec`. */
function nameOf(node: { readonly name: string }, parts: number): string {
  return node.name.split(".").slice(-parts).join(".");
}

/** The type that upstream's decoder names in its messages. */
export function goType(node: SchemaNode): string {
  switch (node.type) {
    case "boolean":
      return "bool";
    case "integer":
      return node.format;
    case "number":
      return "float64";
    case "bytes":
      return "[]uint8";
    case "array":
      return `[]${goType(node.items)}`;
    case "map":
      return `map[string]${goType(node.values)}`;
    case "json":
      return "map[string]interface {}";
    case "object":
    case "union":
      return nameOf(node, 2);
    case "intOrString":
      return "int32";
    case "string":
    case "time":
    case "quantity":
      return "string";
  }
}

/** The word for a JSON value in messages. */
export function jsonType(value: Json): string {
  if (typeof value === "boolean") return "bool";
  return Array.isArray(value) ? "array" : typeof value;
}

/** The API's answer to a body that does not decode; `value` is the body, which may name its kind. */
export function decodeFailure(value: Json, message: string): ApiError {
  const { apiVersion, kind } = (typeof value === "object" && value !== null ? value : {}) as JsonObject;
  if (typeof kind !== "string" || typeof apiVersion !== "string") {
    return new ApiError(failure(400, "BadRequest", message));
  }
  const version = apiVersion.slice(apiVersion.indexOf("/") + 1);
  return new ApiError(
    failure(
      400,
      "BadRequest",
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${message}`,
    ),
  );
}

/** The answer to a body with unknown or duplicate fields under `fieldValidation=Strict`. */
export function strictFailure(value: Json, findings: readonly string[]): ApiError {
  return decodeFailure(value, `strict decoding error: ${findings.join(", ")}`);
}

export function fail(walk: DecodeWalk, message: string): never {
  throw decodeFailure(walk.root, message);
}

/** Refuses a value of the wrong type. Numbers name their value only where a number type was wanted. */
export function failType(walk: DecodeWalk, value: Json, node: SchemaNode): never {
  const wantsNumber = node.type === "integer" || node.type === "number";
  const found = typeof value === "number" && wantsNumber ? `number ${value}` : jsonType(value);
  const fields = walk.path.filter((step) => typeof step === "string").join(".");
  const place = walk.struct && fields !== "" ? `Go struct field ${nameOf(walk.struct, 1)}.${fields}` : "Go value";
  return fail(walk, `json: cannot unmarshal ${found} into ${place} of type ${goType(node)}`);
}

/** The path as upstream writes it in findings: `spec.containers[0].name`. */
export function pathText(path: readonly Step[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += `${text === "" ? "" : "."}${typeof step === "string" ? step : step[0]}`;
  }
  return text;
}
