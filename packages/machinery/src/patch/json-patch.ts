// JSON Patch (RFC 6902) on immutable values, with upstream's reading of negative list indices and its limits.
import { setEntry } from "../schema/json-value.ts";
import type { Json, JsonObject } from "../schema/schema.ts";
import { isJsonObject } from "./merge-patch.ts";

/** A patch that cannot be applied; `code` is the HTTP status that upstream answers. */
export class PatchError extends Error {
  override readonly name = "PatchError";
  readonly code: 400 | 413 | 422;

  constructor(code: PatchError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Most operations that one patch may hold. */
export const MAX_OPERATIONS = 10_000;
/** How much all copies of one patch may bring (characters of JSON), so that copies of copies stay small. */
export const MAX_COPIED = 3 * 1024 * 1024;

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

type Container = Json[] | Record<string, Json>;

/** A document under change. Containers that this patch has copied are changed in place from then on, so that long lists are copied once. */
interface Draft {
  document: Json;
  readonly owned: Set<Json>;
  /** Characters of JSON copied so far. */
  copied: number;
}

/** The value itself where it may be changed, or a copy that may; scalars are what they are. */
function own(draft: Draft, value: Json): Json {
  if (draft.owned.has(value) || !(isJsonObject(value) || Array.isArray(value))) return value;
  const copy = isJsonObject(value) ? { ...value } : [...value];
  draft.owned.add(copy);
  return copy;
}

function child(container: Json, part: string): Json {
  if (Array.isArray(container)) return container[indexOf(container, part, false)] as Json;
  if (!isJsonObject(container) || !Object.hasOwn(container, part)) throw missing(part);
  return container[part] as Json;
}

const read = (document: Json, path: readonly string[]): Json => path.reduce(child, document);

/** The container that the last part of `path` is in, free to be changed. */
function containerAt(draft: Draft, path: readonly string[]): Container {
  let at = own(draft, draft.document);
  draft.document = at;
  for (const part of path.slice(0, -1)) {
    const next = own(draft, child(at, part));
    if (Array.isArray(at)) at[indexOf(at, part, false)] = next;
    else setEntry(at as Record<string, Json>, part, next);
    at = next;
  }
  if (typeof at !== "object" || at === null) throw missing(path.at(-1) ?? "");
  return at as Container;
}

function add(draft: Draft, path: readonly string[], value: Json): void {
  const part = path.at(-1);
  if (part === undefined) {
    draft.document = value;
    return;
  }
  const container = containerAt(draft, path);
  if (Array.isArray(container)) container.splice(indexOf(container, part, true), 0, value);
  else setEntry(container, part, value);
}

function remove(draft: Draft, path: readonly string[]): void {
  const part = path.at(-1);
  if (part === undefined) throw new PatchError(422, "Unable to remove the whole document");
  const container = containerAt(draft, path);
  child(container, part);
  if (Array.isArray(container)) container.splice(indexOf(container, part, false), 1);
  else delete container[part];
}

function replace(draft: Draft, path: readonly string[], value: Json): void {
  read(draft.document, path);
  const part = path.at(-1);
  if (part === undefined) {
    draft.document = value;
    return;
  }
  const container = containerAt(draft, path);
  if (Array.isArray(container)) container[indexOf(container, part, false)] = value;
  else setEntry(container, part, value);
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

function test({ document }: Draft, path: readonly string[], expected: Json): void {
  let found: Json | undefined;
  try {
    found = read(document, path);
  } catch (error) {
    if (!(error instanceof PatchError) || expected !== null) throw error;
    found = null;
  }
  if (!same(found, expected)) throw new PatchError(422, `testing value /${path.join("/")} failed: test failed`);
}

function valueOfOperation(operation: JsonObject): Json {
  const { value } = operation;
  if (value === undefined) throw new PatchError(422, `operation ${JSON.stringify(operation.op)} has no value`);
  return value;
}

function move(draft: Draft, from: readonly string[], to: readonly string[]): void {
  if (to.length > from.length && from.every((part, index) => part === to[index]))
    throw new PatchError(422, "Unable to move a value into one of its children");
  const value = read(draft.document, from);
  remove(draft, from);
  add(draft, to, value);
}

function copy(draft: Draft, from: readonly string[], to: readonly string[]): void {
  const text = JSON.stringify(read(draft.document, from));
  draft.copied += text.length;
  if (draft.copied > MAX_COPIED)
    throw new PatchError(
      422,
      `Unable to copy, the accumulated size increase of copy is ${draft.copied}, exceeding the limit ${MAX_COPIED}`,
    );
  // A value of its own: the two may go different ways.
  add(draft, to, JSON.parse(text) as Json);
}

type Apply = (draft: Draft, path: readonly string[], operation: JsonObject) => void;

const OPERATIONS: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ["add", (draft, path, operation) => add(draft, path, valueOfOperation(operation))],
  ["remove", remove],
  ["replace", (draft, path, operation) => replace(draft, path, valueOfOperation(operation))],
  ["move", (draft, path, { from }) => move(draft, pathOf(from), path)],
  ["copy", (draft, path, { from }) => copy(draft, pathOf(from), path)],
  ["test", (draft, path, operation) => test(draft, path, valueOfOperation(operation))],
]);

function applyOne(draft: Draft, operation: Json): void {
  if (!isJsonObject(operation)) throw new PatchError(400, "json patch operation is not an object");
  const path = pathOf(operation.path);
  const { op = null } = operation;
  const apply = typeof op === "string" ? OPERATIONS.get(op) : undefined;
  if (!apply) throw new PatchError(422, `Unexpected kind: ${JSON.stringify(op)}`);
  apply(draft, path, operation);
}

/** Applies all operations in order, or throws {@link PatchError} and changes nothing. */
export function applyJsonPatch(document: Json, patch: Json): Json {
  if (!Array.isArray(patch))
    throw new PatchError(400, "json: cannot unmarshal object into Go value of type jsonpatch.Patch");
  if (patch.length > MAX_OPERATIONS)
    throw new PatchError(
      413,
      `Request entity is too large: The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`,
    );
  const draft: Draft = { document, owned: new Set(), copied: 0 };
  for (const operation of patch) applyOne(draft, operation);
  return draft.document;
}
