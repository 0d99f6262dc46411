// Objects as `application/vnd.kubernetes.protobuf`: four magic bytes, then an envelope that names the kind of the message inside.
import { ProtobufError, ProtoReader, ProtoWriter, varintSize, WIRE } from "@knots/std";
import { decodeFailure, decodeObject } from "../schema/decode.ts";
import type { JsonObject, ObjectNode } from "../schema/schema.ts";
import type { ApiError } from "../status.ts";
import { joinBytes, utf8Text } from "./bytes.ts";
import { type DecodeMessageOptions, decodeMessage } from "./protobuf-decode.ts";
import { encodeMessage } from "./protobuf-encode.ts";

export const PROTOBUF_TYPE = "application/vnd.kubernetes.protobuf";

const EMPTY = new Uint8Array();
const MAGIC = Uint8Array.of(0x6b, 0x38, 0x73, 0);
/** The place of the length before an event of a watch. */
const NO_LENGTH = new Uint8Array(4);
/** Largest buffer that is kept for the next event (bytes). */
const KEEP = 1 << 20;
/** One for all events: encoding is synchronous, and what it makes is copied out. */
const scratch = new ProtoWriter();

/** What an envelope holds: the kind and the message. */
export interface ProtobufEnvelope {
  readonly apiVersion: string;
  readonly kind: string;
  /** The message; of an opened envelope a view of the input. */
  readonly raw: Uint8Array;
}

/** Whether a body starts as an envelope does. */
export function isProtobuf(body: Uint8Array): boolean {
  return MAGIC.every((byte, index) => body[index] === byte);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Contents' encoding and type, both empty: what ends every envelope. */
const TAIL = Uint8Array.of(0x1a, 0, 0x22, 0);

const starts = new Map<string, Uint8Array>();

/** What every envelope of a kind starts with: the marker and the names. */
function startOf({ apiVersion, kind }: Omit<ProtobufEnvelope, "raw">): Uint8Array {
  const id = `${apiVersion}/${kind}`;
  const known = starts.get(id);
  if (known) return known;
  const out = new ProtoWriter();
  out.raw(MAGIC);
  out.tag(1, WIRE.bytes);
  const names = out.open();
  out.tag(1, WIRE.bytes);
  out.string(apiVersion);
  out.tag(2, WIRE.bytes);
  out.string(kind);
  out.close(names);
  const start = out.finish();
  starts.set(id, start);
  return start;
}

/** An envelope around a message of `length` bytes: what comes before it, and what after. */
export function protobufEnvelope(
  names: Omit<ProtobufEnvelope, "raw">,
  length: number,
): { readonly head: Uint8Array; readonly tail: Uint8Array } {
  const out = new ProtoWriter();
  out.raw(startOf(names));
  out.tag(2, WIRE.bytes);
  out.varint(length);
  return { head: out.finish(), tail: TAIL };
}

/** Encodes an object, which names its own kind, by that kind's schema. */
export function encodeProtobuf(schema: ObjectNode, value: JsonObject): Uint8Array {
  const raw = encodeMessage(schema, value);
  const names = { apiVersion: text(value["apiVersion"]), kind: text(value["kind"]) };
  const { head, tail } = protobufEnvelope(names, raw.length);
  return joinBytes([head, raw, tail]);
}

/**
 * One event of a watch as it is framed on a stream: four bytes with the length, most significant first, then a `WatchEvent` that holds the
 * object's whole envelope. Over WebSocket, which has frames of its own, the four bytes are left out.
 */
export function encodeWatchEvent(type: string, object: ProtobufEnvelope, framed = true): Uint8Array {
  const { raw } = object;
  const start = startOf(object);
  const envelope = start.length + 1 + varintSize(raw.length) + raw.length + TAIL.length;
  scratch.reset(KEEP);
  if (framed) scratch.raw(NO_LENGTH);
  scratch.tag(1, WIRE.bytes);
  scratch.string(type);
  scratch.tag(2, WIRE.bytes);
  scratch.varint(1 + varintSize(envelope) + envelope);
  scratch.tag(1, WIRE.bytes);
  scratch.varint(envelope);
  scratch.raw(start);
  scratch.tag(2, WIRE.bytes);
  scratch.bytes(raw);
  scratch.raw(TAIL);
  const bytes = scratch.finish();
  if (framed) new DataView(bytes.buffer).setUint32(0, bytes.length - NO_LENGTH.length);
  return bytes;
}

function refuse(error: unknown, value: JsonObject = {}): ApiError {
  if (!(error instanceof ProtobufError)) throw error;
  return decodeFailure(value, `protobuf: ${error.message}`);
}

function readFields(from: ProtoReader, into: Map<number, Uint8Array>): Map<number, Uint8Array> {
  for (let number = from.field(); number !== 0; number = from.field()) {
    if (from.wire === WIRE.bytes) into.set(number, from.bytes());
    else from.skip();
  }
  return into;
}

/** Opens an envelope. Throws a 400 `ApiError` when the bytes are none. */
export function openProtobuf(body: Uint8Array): ProtobufEnvelope {
  try {
    if (!isProtobuf(body)) throw new ProtobufError("body does not start with the protobuf marker");
    const outer = readFields(new ProtoReader(body.subarray(MAGIC.length)), new Map());
    const names = readFields(new ProtoReader(outer.get(1) ?? EMPTY), new Map());
    const name = (number: number): string => utf8Text(names.get(number) ?? EMPTY);
    return { apiVersion: name(1), kind: name(2), raw: outer.get(2) ?? EMPTY };
  } catch (error) {
    throw refuse(error);
  }
}

/** The object in an opened envelope, in canonical form, with `apiVersion` and `kind`. Throws a 400 `ApiError` on malformed bytes. */
export function decodeProtobuf(
  schema: ObjectNode,
  { apiVersion, kind, raw }: ProtobufEnvelope,
  options: DecodeMessageOptions = {},
): JsonObject {
  const names = { ...(apiVersion !== "" && { apiVersion }), ...(kind !== "" && { kind }) };
  try {
    return decodeObject(schema, { ...names, ...decodeMessage(schema, raw, options) });
  } catch (error) {
    throw refuse(error, names);
  }
}
