// What is said to a KMS plugin (version 2 of its protocol), and what stands in the store of a value that one has the key of: protobuf.
import { ProtoReader, ProtoWriter, WIRE } from "@knots/std";

/** What a plugin wants to have beside what it encrypted; not secret. */
export type Annotations = Readonly<Record<string, Uint8Array>>;

/** A seed that only the plugin can open. */
export interface SealedSeed {
  readonly ciphertext: Uint8Array;
  /** The plugin's key. */
  readonly keyId: string;
  readonly annotations: Annotations;
}

export interface PluginStatus {
  /** Version of the protocol, such as `v2`. */
  readonly version: string;
  /** `ok`, or what is wrong. */
  readonly healthz: string;
  /** The key that the plugin encrypts with now. */
  readonly keyId: string;
}

/** What was encrypted is the key of AES-GCM itself, or a seed from which each value's key is made. */
export type SourceType = 0 | 1;
export const KEY: SourceType = 0;
export const SEED: SourceType = 1;

/** A value in the store: its ciphertext, and the sealed key or seed. */
export interface StoredEnvelope {
  readonly data: Uint8Array;
  readonly seed: SealedSeed;
  readonly type: number;
}

type Value = string | number | Uint8Array | Annotations;
const NOTHING = new Uint8Array();
const decoder = new TextDecoder();

function writeField(out: ProtoWriter, number: number, value: Value): void {
  if (value === "" || value === 0 || (value instanceof Uint8Array && value.length === 0)) return;
  if (typeof value === "object" && !(value instanceof Uint8Array)) {
    for (const [name, content] of Object.entries(value)) {
      out.tag(number, WIRE.bytes);
      out.bytes(encodeFields([name, content]));
    }
    return;
  }
  out.tag(number, typeof value === "number" ? WIRE.varint : WIRE.bytes);
  if (typeof value === "number") out.varint(value);
  else if (typeof value === "string") out.string(value);
  else out.bytes(value);
}

/** Fields are numbered from 1; empty ones are left out. */
function encodeFields(values: readonly Value[]): Uint8Array {
  const out = new ProtoWriter();
  for (const [index, value] of values.entries()) writeField(out, index + 1, value);
  return out.finish();
}

interface Fields {
  bytes(number: number): Uint8Array;
  text(number: number): string;
  whole(number: number): number;
  annotations(number: number): Annotations;
}

/** Throws a ProtobufError when the bytes are no message. */
function decodeFields(message: Uint8Array): Fields {
  const chunks = new Map<number, Uint8Array[]>();
  const numbers = new Map<number, number>();
  const reader = new ProtoReader(message);
  while (reader.more) {
    const number = reader.field();
    if (reader.wire === WIRE.bytes) chunks.set(number, [...(chunks.get(number) ?? []), reader.bytes()]);
    else if (reader.wire === WIRE.varint) numbers.set(number, reader.int64());
    else reader.skip();
  }
  const bytes = (number: number): Uint8Array => chunks.get(number)?.at(-1) ?? NOTHING;
  return {
    bytes,
    text: (number) => decoder.decode(bytes(number)),
    whole: (number) => numbers.get(number) ?? 0,
    annotations: (number) =>
      Object.fromEntries(
        (chunks.get(number) ?? []).map((entry) => {
          const fields = decodeFields(entry);
          return [fields.text(1), fields.bytes(2)];
        }),
      ),
  };
}

/** Turns a message into bytes and back. */
interface Codec<T> {
  encode(value: T): Uint8Array;
  decode(message: Uint8Array): T;
}

const empty: Codec<void> = { encode: () => NOTHING, decode: () => undefined };
const status: Codec<PluginStatus> = {
  encode: ({ version, healthz, keyId }) => encodeFields([version, healthz, keyId]),
  decode(message) {
    const fields = decodeFields(message);
    return { version: fields.text(1), healthz: fields.text(2), keyId: fields.text(3) };
  },
};
const encryptRequest: Codec<{ readonly plain: Uint8Array; readonly uid: string }> = {
  encode: ({ plain, uid }) => encodeFields([plain, uid]),
  decode(message) {
    const fields = decodeFields(message);
    return { plain: fields.bytes(1), uid: fields.text(2) };
  },
};
const encryptResponse: Codec<SealedSeed> = {
  encode: ({ ciphertext, keyId, annotations }) => encodeFields([ciphertext, keyId, annotations]),
  decode(message) {
    const fields = decodeFields(message);
    return { ciphertext: fields.bytes(1), keyId: fields.text(2), annotations: fields.annotations(3) };
  },
};
const decryptRequest: Codec<{ readonly seed: SealedSeed; readonly uid: string }> = {
  encode: ({ seed, uid }) => encodeFields([seed.ciphertext, uid, seed.keyId, seed.annotations]),
  decode(message) {
    const fields = decodeFields(message);
    const seed = { ciphertext: fields.bytes(1), keyId: fields.text(3), annotations: fields.annotations(4) };
    return { seed, uid: fields.text(2) };
  },
};
const decryptResponse: Codec<{ readonly plain: Uint8Array }> = {
  encode: ({ plain }) => encodeFields([plain]),
  decode: (message) => ({ plain: decodeFields(message).bytes(1) }),
};

const SERVICE = "/v2.KeyManagementService";

/** The calls of the protocol. */
export const kmsMethods = {
  status: { path: `${SERVICE}/Status`, request: empty, response: status },
  encrypt: { path: `${SERVICE}/Encrypt`, request: encryptRequest, response: encryptResponse },
  decrypt: { path: `${SERVICE}/Decrypt`, request: decryptRequest, response: decryptResponse },
} as const;

export const encodeEnvelope = ({ data, seed, type }: StoredEnvelope): Uint8Array =>
  encodeFields([data, seed.keyId, seed.ciphertext, seed.annotations, type]);

/** Throws when the bytes are no envelope. */
export function decodeEnvelope(stored: Uint8Array): StoredEnvelope {
  const fields = decodeFields(stored);
  const seed = { ciphertext: fields.bytes(3), keyId: fields.text(2), annotations: fields.annotations(4) };
  return { data: fields.bytes(1), seed, type: fields.whole(5) };
}
