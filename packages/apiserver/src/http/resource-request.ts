// A resource path, method, query and body as one request of the API.
import type { ApiRequest, PatchType, Verb } from "@knots/client";
import {
  decodeProtobuf,
  type Json,
  type KubeObject,
  type ObjectNode,
  openProtobuf,
  PROTOBUF_TYPE,
} from "@knots/machinery";
import { badRequest, methodNotAllowed, unsupportedMediaType } from "../errors.ts";
import { codecs, readerFor } from "./codec.ts";
import type { HttpRequest } from "./exchange.ts";
import type { ResourcePath } from "./path.ts";
import { boolean, deleteOptions, requestOptions } from "./query.ts";

const PATCH_TYPES: readonly PatchType[] = [
  "application/json-patch+json",
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
];

const mediaTypeOf = ({ headers }: HttpRequest): string | undefined =>
  headers["content-type"]?.split(";")[0]?.trim().toLowerCase();

/** Objects are created in their collection and changed by their name. */
function fits(method: string, { name, subresource }: ResourcePath): boolean {
  if (method === "POST") return name === undefined || subresource !== undefined;
  return name !== undefined || (method !== "PUT" && method !== "PATCH");
}

/** The verb of a method on a path. */
export function verbOf({ method, query }: HttpRequest, path: ResourcePath): Verb {
  const { name, subresource, watch } = path;
  if (!fits(method, path)) throw methodNotAllowed();
  switch (method) {
    case "GET":
    case "HEAD":
      if (subresource === undefined && (watch || boolean(query, "watch"))) return "watch";
      return name === undefined ? "list" : "get";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === undefined ? "deletecollection" : "delete";
    default:
      throw methodNotAllowed();
  }
}

/** Reads a body; unknown content types are 415. Duplicate fields are told to `onDuplicate`. */
async function readBody(request: HttpRequest, { bodyLimit, onDuplicate, schemaOf }: ReadOptions): Promise<Json> {
  const protobuf = mediaTypeOf(request) === PROTOBUF_TYPE;
  const codec = readerFor(request.headers["content-type"]);
  if (!codec && !protobuf) throw unsupportedMediaType([...codecs.map(({ mediaType }) => mediaType), PROTOBUF_TYPE]);
  const bytes = await request.body(bodyLimit);
  if (bytes.length === 0) return null;
  return codec ? codec.decode(bytes, onDuplicate) : readProtobuf(bytes, schemaOf);
}

/** The object in a protobuf body, by the schema of the kind that its envelope names. */
function readProtobuf(bytes: Uint8Array, schemaOf: ReadOptions["schemaOf"]): Json {
  const envelope = openProtobuf(bytes);
  const schema = schemaOf(envelope.apiVersion, envelope.kind);
  if (!schema) throw badRequest(`no kind "${envelope.kind}" is registered for version "${envelope.apiVersion}"`);
  return decodeProtobuf(schema, envelope);
}

function objectOf(body: Json): KubeObject {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw badRequest("the body of the request is not an object");
  return body as unknown as KubeObject;
}

function patchType(request: HttpRequest): PatchType {
  const given = mediaTypeOf(request);
  const known = PATCH_TYPES.find((type) => type === given);
  if (!known) throw unsupportedMediaType(PATCH_TYPES);
  return known;
}

/** What reading a request may report and how much it may read. */
export interface ReadOptions {
  readonly bodyLimit: number;
  readonly onDuplicate: (path: string) => void;
  /** The schema of a kind, for bodies in protobuf. */
  readonly schemaOf: (apiVersion: string, kind: string) => ObjectNode | undefined;
}

/** Builds the API request. */
export async function readResourceRequest(
  request: HttpRequest,
  path: ResourcePath,
  options: ReadOptions,
): Promise<ApiRequest> {
  const verb = verbOf(request, path);
  const { resource, namespace, name, subresource } = path;
  const base = {
    verb,
    resource,
    options: requestOptions(request.query),
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(subresource !== undefined && { subresource }),
  };
  const read = (): Promise<Json> => readBody(request, options);
  if (verb === "create" || verb === "update") return { ...base, object: objectOf(await read()) };
  if (verb === "patch") return { ...base, patch: { type: patchType(request), body: await read() } };
  if (verb !== "delete" && verb !== "deletecollection") return base;
  const body = (await read()) as Parameters<typeof deleteOptions>[1] | null;
  const { dryRun, ...deletion } = deleteOptions(request.query, body ?? undefined);
  return { ...base, delete: deletion, options: { ...base.options, ...(dryRun && { dryRun }) } };
}
