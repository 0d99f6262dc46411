// Objects and their bytes: serialised once when written, parsed at most once when read, spliced for the wire.
import { type AnyKind, applyDefaults } from "@knots/machinery";
import { type AnyObject, deepFreeze } from "./objects.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const META_START = '"metadata":{';

/** Objects decoded from (or encoded to) these very bytes, as they stand in the store. */
const decoded = new WeakMap<Uint8Array, AnyObject>();
/** The stored bytes of an object, and its bytes for the wire once they were asked for. */
const storedBytes = new WeakMap<object, Uint8Array>();
const wire = new WeakMap<object, Uint8Array>();

/** Bytes for the store: type and metadata first, no resourceVersion (the store knows the revision). */
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

/** The frozen object at `revision` whose bytes were written; later reads of the same bytes give the same object. */
export function remember(object: AnyObject, bytes: Uint8Array, revision: number): AnyObject {
  const known = decoded.get(bytes);
  if (known?.metadata.resourceVersion === String(revision)) return known;
  const live = deepFreeze(atRevision(object, revision));
  decoded.set(bytes, live);
  storedBytes.set(live, bytes);
  return live;
}

/** Reads stored bytes; objects of older writers get the defaults they lack. */
export function decodeStored(kind: AnyKind, bytes: Uint8Array, revision: number): AnyObject {
  const known = decoded.get(bytes);
  if (known?.metadata.resourceVersion === String(revision)) return known;
  const parsed = JSON.parse(decoder.decode(bytes)) as AnyObject;
  return remember(applyDefaults(kind.schema, parsed as never) as unknown as AnyObject, bytes, revision);
}

/** A deleted object's last state, stamped with the revision of its deletion. */
export function atDeletion(object: AnyObject, revision: number): AnyObject {
  const last = deepFreeze(atRevision(object, revision));
  const bytes = storedBytes.get(object);
  if (bytes) storedBytes.set(last, bytes);
  return last;
}

/** Puts the revision into bytes that this code wrote; undefined for bytes of another shape. */
function splice(bytes: Uint8Array, resourceVersion: string): Uint8Array | undefined {
  const head = decoder.decode(bytes.subarray(0, 512));
  const found = head.indexOf(META_START);
  // Our prefix is kind and apiVersion only, so the first occurrence is the object's own metadata.
  if (found < 0 || !head.startsWith('{"kind":"')) return undefined;
  const at = found + META_START.length;
  const empty = bytes[at] === 0x7d;
  const insert = encoder.encode(`"resourceVersion":${JSON.stringify(resourceVersion)}${empty ? "" : ","}`);
  const result = new Uint8Array(bytes.length + insert.length);
  result.set(bytes.subarray(0, at));
  result.set(insert, at);
  result.set(bytes.subarray(at), at + insert.length);
  return result;
}

/** JSON bytes of any answer; for stored objects made from the store's own bytes, once. */
export function wireBytes(object: object): Uint8Array {
  const known = wire.get(object);
  if (known) return known;
  const stored = storedBytes.get(object);
  const version = (object as AnyObject).metadata?.resourceVersion;
  const spliced = stored && version !== undefined ? splice(stored, version) : undefined;
  const bytes = spliced ?? encoder.encode(JSON.stringify(object));
  if (Object.isFrozen(object)) wire.set(object, bytes);
  return bytes;
}
