// Objects as `application/vnd.kubernetes.protobuf`: four magic bytes, then an envelope that names the kind of the message inside.
import { ProtobufError, ProtoReader, ProtoWriter, WIRE } from "@knots/std";
import { decodeFailure, decodeObject } from "../schema/decode.ts";
import type { JsonObject, ObjectNode } from "../schema/schema.ts";
import type { ApiError } from "../status.ts";
import { utf8Text } from "./bytes.ts";
import { type DecodeMessageOptions, decodeMessage } from "./protobuf-decode.ts";
import { encodeMessage } from "./protobuf-encode.ts";

export const PROTOBUF_TYPE = "application/vnd.kubernetes.protobuf";

const EMPTY = new Uint8Array();
const MAGIC = [0x6b, 0x38, 0x73, 0] as const;

/** An envelope that was opened: the kind and the message. */
export interface ProtobufEnvelope {
  readonly apiVersion: string;
  readonly kind: string;
  /** The message, as a view of the input. */
  readonly raw: Uint8Array;
}

/** Whether a body starts as an envelope does. */
export function isProtobuf(body: Uint8Array): boolean {
  return MAGIC.every((byte, index) => body[index] === byte);
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Encodes an object, which names its own kind, by that kind's schema. */
export function encodeProtobuf(schema: ObjectNode, value: JsonObject): Uint8Array {
  const out = new ProtoWriter();
  out.tag(1, WIRE.bytes);
  out.message(() => {
    out.tag(1, WIRE.bytes);
    out.string(text(value["apiVersion"]));
    out.tag(2, WIRE.bytes);
    out.string(text(value["kind"]));
  });
  out.tag(2, WIRE.bytes);
  out.bytes(encodeMessage(schema, value));
  for (const number of [3, 4]) {
    out.tag(number, WIRE.bytes);
    out.string("");
  }
  const envelope = out.finish();
  const body = new Uint8Array(MAGIC.length + envelope.length);
  body.set(MAGIC);
  body.set(envelope, MAGIC.length);
  return body;
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
