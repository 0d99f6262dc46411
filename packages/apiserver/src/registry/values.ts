// The values of one kind: objects as text, the text as the store keeps it, and back.
import { type AnyKind, applyDefaults, type Json } from "@knots/machinery";
import type { KeyValue } from "@knots/store";
import { allOf, identity, type Transformers } from "../encryption/transformer.ts";
import { internalError } from "../errors.ts";
import { encodeStored, recall, remember, storedBytes, type Written } from "./codec.ts";
import type { AnyObject } from "./objects.ts";

/** Makes values of objects and objects of values. */
export interface Values {
  /** The value that an object is written as below `key`. */
  encode(key: string, object: AnyObject): Written;
  /** Reads a value; the same bytes give the same object. Throws a 500 that names the key when nobody can read it. */
  decode(kv: KeyValue): AnyObject;
  /** Fetches what reading these values needs; never rejects. Undefined when nothing is needed, as nearly always. */
  prepare(kvs: readonly KeyValue[]): Promise<unknown> | undefined;
  /** Whether an object that was read would be stored in another form now: another key, or encrypted at all. */
  isStale(key: string, object: AnyObject): boolean;
}

const decoder = new TextDecoder("utf-8", { fatal: true });
const NOWHERE = new Uint8Array();
/** What binary values of upstream start with: protobuf. */
const PROTOBUF = "k8s\0";

/** What the text says. Errors show none of it: it may have been encrypted for a reason. */
function parse(plain: Uint8Array): Json {
  let text: string;
  try {
    text = decoder.decode(plain);
    return JSON.parse(text) as Json;
  } catch {
    const start = String.fromCharCode(...plain.subarray(0, PROTOBUF.length));
    throw new Error(start === PROTOBUF ? "the value is protobuf, which this server does not read" : "not an object");
  }
}

function objectIn(plain: Uint8Array): AnyObject {
  const value = parse(plain) as AnyObject | null;
  if (typeof value !== "object" || typeof value?.metadata !== "object") throw new Error("not an object");
  return value;
}

/** Values of a (hub) kind. Objects of older writers get the defaults that they lack. */
export function createValues(kind: AnyKind, encryption: Transformers): Values {
  const resource = { group: kind.group, resource: kind.plural };
  const maker = (key: string) => {
    const transformer = encryption.transformerOf(resource);
    return { transformer, place: transformer === identity ? NOWHERE : encryption.placeOf(key) };
  };
  return {
    encode(key, object) {
      const { transformer, place } = maker(key);
      const plain = encodeStored(object);
      return { stored: transformer.toStorage(plain, place), plain, by: transformer };
    },
    decode({ key, value: stored, modRevision }) {
      const { transformer, place } = maker(key);
      const known = recall(stored, modRevision, transformer);
      if (known) return known;
      try {
        const { plain } = transformer.fromStorage(stored, place);
        const written = objectIn(plain);
        const object = applyDefaults(kind.schema, written as never) as unknown as AnyObject;
        // Clients get the text: where defaults were filled in, it is another than the stored one.
        const text = object === written ? plain : encodeStored(object);
        return remember(object, { stored, plain: text, by: transformer }, modRevision);
      } catch (error) {
        throw unreadable(key, error);
      }
    },
    prepare(kvs) {
      const transformer = encryption.transformerOf(resource);
      return transformer.prepare ? allOf(kvs.map(({ value }) => transformer.prepare?.(value))) : undefined;
    },
    isStale(key, object) {
      const { transformer, place } = maker(key);
      const stored = storedBytes(object);
      return stored !== undefined && transformer !== identity && transformer.fromStorage(stored, place).stale;
    },
  };
}

function unreadable(key: string, cause: unknown): Error {
  const why = cause instanceof Error ? cause.message : String(cause);
  return internalError(`unable to transform key ${JSON.stringify(key)}: ${why}`, cause);
}
