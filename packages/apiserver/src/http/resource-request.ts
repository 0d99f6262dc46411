// A resource path, method, query and body as one request of the API.
import { DeleteOptions as DeleteOptionsSchema } from "@knots/api";
import type { ApiRequest, PatchType, Verb } from "@knots/client";
import { type AnyKind, decodeObject, type Json, type KubeObject } from "@knots/machinery";
import { badRequest, methodNotAllowed, unsupportedMediaType } from "../errors.ts";
import { type Codec, type DecodeContext, jsonCodec, yamlCodec } from "./codec.ts";
import type { HttpRequest } from "./exchange.ts";
import { readerFor } from "./negotiate.ts";
import type { ResourcePath } from "./path.ts";
import { boolean, deleteOptions, requestOptions } from "./query.ts";

type DeleteBody = NonNullable<Parameters<typeof deleteOptions>[1]>;

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
async function readBody(request: HttpRequest, kind: Pick<AnyKind, "jsonOnly">, options: ReadOptions): Promise<Json> {
  const { codec, readable } = readerFor(request.headers["content-type"], kind);
  if (!codec) throw unsupportedMediaType(readable);
  return decoded(codec, await request.body(options.bodyLimit), options);
}

const decoded = (codec: Codec, bytes: Uint8Array, options: DecodeContext): Json =>
  bytes.length === 0 ? null : codec.decode(bytes, options);

/** Options of a deletion may come in any format for every kind; without a body nobody minds what its type is said to be. */
async function readDeletion(request: HttpRequest, options: ReadOptions): Promise<DeleteBody | undefined> {
  const bytes = await request.body(options.bodyLimit);
  if (bytes.length === 0) return undefined;
  const { codec, readable } = readerFor(request.headers["content-type"], {});
  if (!codec) throw unsupportedMediaType(readable);
  const body = decoded(codec, bytes, options);
  return body === null ? undefined : decodeObject(DeleteOptionsSchema, body);
}

/** Patches are JSON, but for those of an apply, which are YAML. */
async function readPatch(request: HttpRequest, options: ReadOptions): Promise<NonNullable<ApiRequest["patch"]>> {
  const type = patchType(request, options.kind);
  const codec = type.endsWith("+yaml") ? yamlCodec : jsonCodec;
  return { type, body: decoded(codec, await request.body(options.bodyLimit), options) };
}

function objectOf(body: Json): KubeObject {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw badRequest("the body of the request is not an object");
  return body as unknown as KubeObject;
}

/** Custom kinds take no strategic patch: their lists have no keys that every client knows. */
function patchType(request: HttpRequest, { jsonOnly = false }: AnyKind): PatchType {
  const given = mediaTypeOf(request);
  const types = PATCH_TYPES.filter((type) => !jsonOnly || !type.includes("strategic"));
  const known = types.find((type) => type === given);
  if (!known) throw unsupportedMediaType(types);
  return known;
}

/** What reading a request may report and how much it may read. */
export interface ReadOptions extends DecodeContext {
  /** The kind of the resource. */
  readonly kind: AnyKind;
  readonly bodyLimit: number;
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
  if (verb === "create" || verb === "update") {
    // A scale has numbers whatever it scales.
    const kind = subresource === "scale" ? {} : options.kind;
    return { ...base, object: objectOf(await readBody(request, kind, options)) };
  }
  if (verb === "patch") return { ...base, patch: await readPatch(request, options) };
  if (verb !== "delete" && verb !== "deletecollection") return base;
  const { dryRun, ...deletion } = deleteOptions(request.query, await readDeletion(request, options));
  return { ...base, delete: deletion, options: { ...base.options, ...(dryRun && { dryRun }) } };
}
