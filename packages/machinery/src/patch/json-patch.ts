// JSON Patch (RFC 6902) on immutable values, with upstream's reading of negative list indices.
import type { Json, JsonObject } from "../schema/schema.ts";
import { isJsonObject } from "./merge-patch.ts";

/** A patch that cannot be applied; `code` is the HTTP status that upstream answers. */
export class PatchError extends Error {
  override readonly name = "PatchError";
  readonly code: 400 | 422;

  constructor(code: 400 | 422, message: string) {
    super(message);
    this.code = code;
  }
}

/** Most operations that one patch may hold. */
export const MAX_OPERATIONS = 10_000;

function pathOf(pointer: Json | undefined): readonly string[] {
  if (typeof pointer !== "string" || (pointer !== "" && !pointer.startsWith("/")))
    throw new PatchError(422, `invalid JSON pointer: ${JSON.stringify(pointer ?? null)}`);
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function missing(part: string): PatchError {
  return new PatchError(422, `doc is missing key: ${part}: missing value`);
}

function indexOf(list: readonly Json[], part: string, forInsert: boolean): number {
  const limit = list.length + (forInsert ? 0 : -1);
  if (part === "-" && forInsert) return list.length;
  if (!/^-?(0|[1-9]\d*)$/.test(part)) throw new PatchError(422, `invalid list index: ${part}`);
  const index = Number(part) < 0 ? Number(part) + list.length + (forInsert ? 1 : 0) : Number(part);
  if (index < 0 || index > limit)
    throw new PatchError(422, `Unable to access invalid index: ${part}: invalid index referenced`);
  return index;
}

function read(document: Json, path: readonly string[]): Json {
  let value = document;
  for (const part of path) {
    if (Array.isArray(value)) value = value[indexOf(value, part, false)] as Json;
    else if (isJsonObject(value) && Object.hasOwn(value, part)) value = value[part] as Json;
    else throw missing(part);
  }
  return value;
}

type Edit = (container: Json, part: string) => Json;

/** Rebuilds the way to the last container of `path` and lets `edit` make the new container. */
function edited(document: Json, path: readonly string[], edit: Edit): Json {
  const [part = "", ...rest] = path;
  if (rest.length === 0) return edit(document, part);
  if (Array.isArray(document)) {
    const index = indexOf(document, part, false);
    return document.with(index, edited(document[index] as Json, rest, edit));
  }
  if (!isJsonObject(document) || !Object.hasOwn(document, part)) throw missing(part);
  return { ...document, [part]: edited(document[part] as Json, rest, edit) };
}

function add(document: Json, path: readonly string[], value: Json): Json {
  if (path.length === 0) return value;
  return edited(document, path, (container, part) => {
    if (Array.isArray(container)) return container.toSpliced(indexOf(container, part, true), 0, value);
    if (!isJsonObject(container)) throw missing(part);
    return { ...container, [part]: value };
  });
}

function remove(document: Json, path: readonly string[]): Json {
  if (path.length === 0) throw new PatchError(422, "Unable to remove the whole document");
  return edited(document, path, (container, part) => {
    if (Array.isArray(container)) return container.toSpliced(indexOf(container, part, false), 1);
    if (!isJsonObject(container) || !Object.hasOwn(container, part)) throw missing(part);
    const { [part]: _removed, ...rest } = container;
    return rest;
  });
}

function replace(document: Json, path: readonly string[], value: Json): Json {
  if (path.length === 0) return value;
  read(document, path);
  return edited(document, path, (container, part) => {
    if (Array.isArray(container)) return container.with(indexOf(container, part, false), value);
    return { ...(container as JsonObject), [part]: value };
  });
}

function same(a: Json, b: Json): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => same(item, b[i] as Json));
  if (!isJsonObject(a) || !isJsonObject(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && same(a[key] as Json, b[key] as Json))
  );
}

function test(document: Json, path: readonly string[], expected: Json): Json {
  let found: Json | undefined;
  try {
    found = read(document, path);
  } catch (error) {
    if (!(error instanceof PatchError) || expected !== null) throw error;
    found = null;
  }
  if (!same(found, expected)) throw new PatchError(422, `testing value /${path.join("/")} failed: test failed`);
  return document;
}

function valueOfOperation(operation: JsonObject): Json {
  const { value } = operation;
  if (value === undefined) throw new PatchError(422, `operation ${String(operation.op)} has no value`);
  return value;
}

function move(document: Json, from: readonly string[], to: readonly string[]): Json {
  if (to.length > from.length && from.every((part, index) => part === to[index]))
    throw new PatchError(422, "Unable to move a value into one of its children");
  return add(remove(document, from), to, read(document, from));
}

function applyOne(document: Json, operation: Json): Json {
  if (!isJsonObject(operation)) throw new PatchError(400, "json patch operation is not an object");
  const path = pathOf(operation.path);
  switch (operation.op) {
    case "add":
      return add(document, path, valueOfOperation(operation));
    case "remove":
      return remove(document, path);
    case "replace":
      return replace(document, path, valueOfOperation(operation));
    case "move":
      return move(document, pathOf(operation.from), path);
    case "copy":
      return add(document, path, read(document, pathOf(operation.from)));
    case "test":
      return test(document, path, valueOfOperation(operation));
    default:
      throw new PatchError(422, `Unexpected kind: ${String(operation.op)}`);
  }
}

/** Applies all operations in order, or throws {@link PatchError} and changes nothing. */
export function applyJsonPatch(document: Json, patch: Json): Json {
  if (!Array.isArray(patch))
    throw new PatchError(400, "json: cannot unmarshal object into Go value of type jsonpatch.Patch");
  if (patch.length > MAX_OPERATIONS)
    throw new PatchError(
      400,
      `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
    );
  return patch.reduce(applyOne, document);
}
