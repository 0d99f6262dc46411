// Kubernetes' protobuf: objects as messages that are made once, in envelopes that name their kind.
import {
  decodeProtobuf,
  encodeMessage,
  encodeWatchEvent,
  type JsonObject,
  type KubeObject,
  type ObjectNode,
  openProtobuf,
  PROTOBUF_TYPE,
  protobufEnvelope,
  schemaOf as schemaOfField,
} from "@knots/machinery";
import { varintSize, WIRE } from "@knots/std";
import { isList, type ListObject } from "../chain/answer.ts";
import { badRequest, notAcceptable } from "../errors.ts";
import type { Codec, SchemaOf } from "./codec.ts";

/** Messages of frozen objects: whoever asks next gets the same bytes. */
const messages = new WeakMap<object, Uint8Array>();

function messageOf(schema: ObjectNode, object: object): Uint8Array {
  const known = messages.get(object);
  if (known) return known;
  const message = encodeMessage(schema, object as unknown as JsonObject);
  if (Object.isFrozen(object)) messages.set(object, message);
  return message;
}

/** What an answer names as its kind. */
function namesOf(body: object): { readonly apiVersion: string; readonly kind: string } {
  const { apiVersion = "", kind = "" } = body as Partial<KubeObject>;
  return { apiVersion, kind };
}

function schemaFor(body: object, schemaOf: SchemaOf): ObjectNode {
  const { apiVersion, kind } = namesOf(body);
  const schema = schemaOf(apiVersion, kind);
  if (!schema) throw notAcceptable(["application/json", "application/yaml"]);
  return schema;
}

/** The tag and length of a nested message. */
function tagOf(number: number, length: number): Uint8Array {
  const tag = number * 8 + WIRE.bytes;
  const out = new Uint8Array(varintSize(tag) + varintSize(length));
  let at = 0;
  for (const value of [tag, length]) {
    let rest = value;
    for (; rest > 127; rest >>>= 7) out[at++] = (rest & 127) | 128;
    out[at++] = rest;
  }
  return out;
}

/** A list's own fields, then its items: each its tag and its ready message. */
function listPieces(schema: ObjectNode, { items, ...rest }: ListObject): readonly Uint8Array[] {
  const field = schema.properties["items"];
  const node = field && schemaOfField(field);
  if (node?.type !== "array" || node.items.type !== "object")
    return [encodeMessage(schema, { ...rest, items } as never)];
  const pieces = [encodeMessage(schema, rest)];
  for (const item of items) {
    const message = messageOf(node.items, item);
    pieces.push(tagOf(field?.number ?? 0, message.length), message);
  }
  return pieces;
}

export const protobufCodec: Codec = {
  mediaType: PROTOBUF_TYPE,
  encode(body, schemaOf) {
    const schema = schemaFor(body, schemaOf);
    const pieces = isList(body) ? listPieces(schema, body) : [messageOf(schema, body)];
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const { head, tail } = protobufEnvelope(namesOf(body), length);
    return [head, ...pieces, tail];
  },
  decode(bytes, { schemaOf }) {
    const envelope = openProtobuf(bytes);
    const schema = schemaOf(envelope.apiVersion, envelope.kind);
    if (!schema) throw badRequest(`no kind "${envelope.kind}" is registered for version "${envelope.apiVersion}"`);
    return decodeProtobuf(schema, envelope);
  },
  stream: {
    contentType: `${PROTOBUF_TYPE};stream=watch`,
    text: false,
    encode({ type, object }, schemaOf, framed) {
      const raw = messageOf(schemaFor(object, schemaOf), object);
      return encodeWatchEvent(type, { ...namesOf(object), raw }, framed);
    },
  },
};
