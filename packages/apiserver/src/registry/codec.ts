// Objects and their bytes: serialised once when written, parsed at most once when read, spliced for the wire.
import { type AnyObject, deepFreeze } from "./objects.ts";

const encoder = new TextEncoder();

/** A stored object's value: as it stands in the store, and as text. The same bytes where nothing is encrypted. */
export interface Written {
  readonly stored: Uint8Array;
  readonly plain: Uint8Array;
  /** What made one of the other; with another one a value has to prove anew that it can be read. */
  readonly by: object;
}

/** Objects decoded from (or encoded to) these very bytes, as they stand in the store. */
const decoded = new WeakMap<Uint8Array, { readonly object: AnyObject; readonly by: object }>();
/** Objects whose writes are under way, by the bytes that are written. */
const announced = new WeakMap<Uint8Array, { readonly object: AnyObject; readonly value: Written }>();
/** The value of an object, and its bytes for the wire once they were asked for. */
const values = new WeakMap<object, Written>();
const wire = new WeakMap<object, Uint8Array>();

/** A value's text: type and metadata first, no resourceVersion (the store knows the revision). */
export function encodeStored(object: AnyObject): Uint8Array {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { resourceVersion: _revision, ...meta } = metadata;
  return encoder.encode(JSON.stringify({ kind, apiVersion, metadata: meta, ...rest }));
}

function atRevision(object: AnyObject, revision: number): AnyObject {
  const { apiVersion, kind, metadata, ...rest } = object;
  const live = { ...metadata, resourceVersion: String(revision) };
  return { kind, apiVersion, metadata: live, ...rest } as unknown as AnyObject;
}

/** An object that is about to be written: who sees the write before its writer does need not read it from the bytes. */
export function announce(object: AnyObject, value: Written): void {
  announced.set(value.stored, { object, value });
}

/** The object that these bytes gave at this revision, when the same maker read or made them. */
export function recall(stored: Uint8Array, revision: number, by: object): AnyObject | undefined {
  const coming = announced.get(stored);
  if (coming?.value.by === by) {
    announced.delete(stored);
    return remember(coming.object, coming.value, revision);
  }
  const known = decoded.get(stored);
  return known?.by === by && known.object.metadata.resourceVersion === String(revision) ? known.object : undefined;
}

/** The frozen object at `revision` whose value was written or read; later reads of the same bytes give the same object. */
export function remember(object: AnyObject, value: Written, revision: number): AnyObject {
  const known = recall(value.stored, revision, value.by);
  if (known) return known;
  const live = deepFreeze(atRevision(object, revision));
  decoded.set(value.stored, { object: live, by: value.by });
  values.set(live, value);
  return live;
}

/** How an object that was read or written stands in the store; undefined for any other. */
export const storedBytes = (object: object): Uint8Array | undefined => values.get(object)?.stored;

/** A deleted object's last state, stamped with the revision of its deletion. */
export function atDeletion(object: AnyObject, revision: number): AnyObject {
  const last = deepFreeze(atRevision(object, revision));
  const value = values.get(object);
  if (value) values.set(last, value);
  return last;
}

const CLOSING = 0x7d;
/** How the text of a kind's objects begins, up to the first field of their metadata. */
const heads = new Map<string, Uint8Array>();

function headOf(kind: string, apiVersion: string): Uint8Array {
  const name = `${apiVersion} ${kind}`;
  const known = heads.get(name);
  if (known) return known;
  const head = encoder.encode(`${JSON.stringify({ kind, apiVersion }).slice(0, -1)},"metadata":{`);
  heads.set(name, head);
  return head;
}

/** Puts the revision into bytes that this code wrote; undefined for bytes of another shape. */
function splice(
  bytes: Uint8Array,
  { kind = "", apiVersion = "" }: AnyObject,
  resourceVersion: string,
): Uint8Array | undefined {
  const head = headOf(kind, apiVersion);
  const at = head.length;
  if (!head.every((byte, index) => bytes[index] === byte)) return undefined;
  const empty = bytes[at] === CLOSING;
  const insert = `"resourceVersion":${JSON.stringify(resourceVersion)}${empty ? "" : ","}`;
  // It is all ASCII: a byte for each character.
  const result = new Uint8Array(bytes.length + insert.length);
  result.set(head);
  encoder.encodeInto(insert, result.subarray(at));
  result.set(bytes.subarray(at), at + insert.length);
  return result;
}

/** Lets an object's JSON bytes be these, which hold the same: a part of something that is kept anyway. */
export const shareWire = (object: object, bytes: Uint8Array): void => void wire.set(object, bytes);

/** JSON bytes of any answer; for stored objects made from the store's own bytes, once. */
export function wireBytes(object: object): Uint8Array {
  const known = wire.get(object);
  if (known) return known;
  const text = values.get(object)?.plain;
  const version = (object as AnyObject).metadata?.resourceVersion;
  const spliced = text && version !== undefined ? splice(text, object as AnyObject, version) : undefined;
  const bytes = spliced ?? encoder.encode(JSON.stringify(object));
  if (Object.isFrozen(object)) wire.set(object, bytes);
  return bytes;
}
