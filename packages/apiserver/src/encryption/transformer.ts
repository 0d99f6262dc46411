// What happens to a value between an object and the store: providers told apart by what their values start with.
import { defined } from "@knots/std";
import type { GroupResource } from "./resource-names.ts";

/** A value as it was before it went to the store. */
export interface Opened {
  readonly plain: Uint8Array;
  /** The next write would store it in another form, so that a write is worth it even when nothing else changes. */
  readonly stale: boolean;
}

/** Turns values into their stored form and back. `associated` says where the value stands. */
export interface Transformer {
  toStorage(plain: Uint8Array, associated: Uint8Array): Uint8Array;
  /** Throws when no provider can read the value. */
  fromStorage(stored: Uint8Array, associated: Uint8Array): Opened;
  /** Fetches what reading a value needs; never rejects. Undefined, as without this function, when nothing is needed. */
  prepare?(stored: Uint8Array): Promise<unknown> | undefined;
}

/** The transformers of all resources. */
export interface Transformers {
  /** The transformer of a resource, the same until the configuration changes. */
  transformerOf(resource: GroupResource): Transformer;
  /** What is authenticated with the value of a key: where it stands in the store, as other servers see it. */
  placeOf(key: string): Uint8Array;
}

/** A transformer of the values that start with `prefix`; it never sees the prefix itself. */
export interface Prefixed {
  readonly prefix: string;
  readonly transformer: Transformer;
}

/** Every encrypted value starts with this, and no other. */
const ENCRYPTED = "k8s:enc:";
const encoder = new TextEncoder();

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  if (bytes.length < prefix.length) return false;
  for (let at = 0; at < prefix.length; at++) if (bytes[at] !== prefix[at]) return false;
  return true;
}

const encrypted = encoder.encode(ENCRYPTED);

/** Values as they are. Refuses to take encrypted ones for such. */
export const identity: Transformer = {
  toStorage: (plain) => plain,
  fromStorage(stored) {
    if (startsWith(stored, encrypted)) throw new Error("identity transformer tried to read encrypted data");
    return { plain: stored, stale: false };
  },
};

/** Everything is stored as it is. */
export const plainTransformers: Transformers = {
  transformerOf: () => identity,
  placeOf: (key) => encoder.encode(key),
};

/** The provider and the name of the key that a value says it was encrypted with; undefined for plain values. */
export function keyOf(stored: Uint8Array): { readonly provider: string; readonly key: string } | undefined {
  if (!startsWith(stored, encrypted)) return undefined;
  const head = new TextDecoder().decode(stored.subarray(0, 512));
  const [, , provider = "", , key = ""] = head.split(":", 5);
  return { provider, key };
}

/**
 * The first writes; a value is read by whichever has its prefix and can read it. `none` is the message when no prefix fits. A transformer with an empty prefix
 * (identity) takes what it can and leaves the rest to the others.
 */
export function prefixTransformers(none: string, all: readonly Prefixed[]): Transformer {
  const parts: readonly Part[] = all.map(({ prefix, transformer }) => ({
    prefix: encoder.encode(prefix),
    transformer,
  }));
  const writer = defined(parts[0], "a first transformer");
  return {
    toStorage(plain, associated) {
      const { prefix, transformer } = writer;
      const value = transformer.toStorage(plain, associated);
      if (prefix.length === 0) return value;
      const stored = new Uint8Array(prefix.length + value.length);
      stored.set(prefix);
      stored.set(value, prefix.length);
      return stored;
    },
    fromStorage(stored, associated) {
      const faults: Error[] = [];
      for (const part of parts) {
        const opened = startsWith(stored, part.prefix) && attempt(part, stored, associated);
        if (opened instanceof Error) faults.push(opened);
        else if (opened) return part === writer ? opened : { ...opened, stale: true };
      }
      throw joined(faults, none);
    },
    prepare: (stored) =>
      allOf(
        parts.map(({ prefix, transformer }) =>
          startsWith(stored, prefix) ? transformer.prepare?.(stored.subarray(prefix.length)) : undefined,
        ),
      ),
  };
}

/** All that there is to wait for; undefined when that is nothing. */
export function allOf(waits: readonly (Promise<unknown> | undefined)[]): Promise<unknown> | undefined {
  const real = waits.filter((wait) => wait !== undefined);
  return real.length > 0 ? Promise.all(real) : undefined;
}

/** Why nobody could read a value: what those said who should have been able to, or `none` when there were none. */
function joined(faults: readonly Error[], none: string): Error {
  const [only] = faults;
  if (only && faults.length === 1) return only;
  return new Error(only ? `[${faults.map(({ message }) => message).join(", ")}]` : none);
}

interface Part {
  readonly prefix: Uint8Array;
  readonly transformer: Transformer;
}

/** What the part makes of a value with its prefix, or why it cannot; undefined when a part without a prefix leaves it to others. */
function attempt({ prefix, transformer }: Part, stored: Uint8Array, associated: Uint8Array) {
  try {
    return transformer.fromStorage(stored.subarray(prefix.length), associated);
  } catch (error) {
    if (prefix.length === 0) return undefined;
    return error instanceof Error ? error : new Error(String(error));
  }
}
