// How OpenAPI documents become gnostic's protobuf messages: writers of single fields, put together to structures.
import type { Json, JsonObject } from "@knots/machinery";
import { ProtoWriter, WIRE } from "@knots/std";

/** Writes one value under a field number. */
export type Put = (out: ProtoWriter, number: number, value: Json) => void;
/** Fields of a message by the names that JSON gives them. */
export type Fields = Readonly<Record<string, readonly [number, Put]>>;

const entriesOf = (value: Json): readonly (readonly [string, Json])[] => Object.entries(value as JsonObject);

export const text: Put = (out, number, value) => {
  out.tag(number, WIRE.bytes);
  out.string(String(value));
};
export const flag: Put = (out, number, value) => {
  out.tag(number, WIRE.varint);
  out.varint(value === true ? 1 : 0);
};
export const integer: Put = (out, number, value) => {
  out.tag(number, WIRE.varint);
  out.varint(Number(value));
};
export const double: Put = (out, number, value) => {
  out.tag(number, WIRE.fixed64);
  out.double(Number(value));
};
export function nested(out: ProtoWriter, number: number, write: () => void): void {
  out.tag(number, WIRE.bytes);
  out.message(write);
}
/** Any value, as a line of YAML (of which JSON is a part). */
export const any: Put = (out, number, value) => nested(out, number, () => text(out, 2, `${JSON.stringify(value)}\n`));
export const each =
  (put: Put): Put =>
  (out, number, value) => {
    for (const item of value as readonly Json[]) put(out, number, item);
  };
/** A message that holds nothing but one field. */
export const within =
  (inner: number, put: Put): Put =>
  (out, number, value) =>
    nested(out, number, () => put(out, inner, value));
/** A truth, or what `put` writes: two forms of one message. */
export const orTruth =
  (put: Put): Put =>
  (out, number, value) => {
    const form = typeof value === "boolean" ? within(2, flag) : within(1, put);
    form(out, number, value);
  };
/** A map as repeated pairs of name and value. */
export const named =
  (put: Put): Put =>
  (out, number, value) => {
    for (const [name, item] of entriesOf(value))
      nested(out, number, () => {
        text(out, 1, name);
        put(out, 2, item);
      });
  };

function putFields(out: ProtoWriter, value: Json, fields: Fields, extensions: number): void {
  for (const [key, item] of entriesOf(value)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field) field[1](out, field[0], item);
    else if (key.startsWith("x-")) named(any)(out, extensions, { [key]: item });
  }
}
/** A structure; keys that start with `x-` go to the field `extensions`. */
export const message =
  (fields: () => Fields, extensions: number): Put =>
  (out, number, value) =>
    nested(out, number, () => putFields(out, value, fields(), extensions));

/** Largest message that is made (bytes). */
const LIMIT = 64 * 1024 * 1024;

/** Encodes a document whose fields are `fields` and whose extensions are numbered `extensions`. */
export function encodeDocument(document: JsonObject, fields: Fields, extensions: number): Uint8Array {
  const out = new ProtoWriter({ limit: LIMIT });
  putFields(out, document, fields, extensions);
  return out.finish();
}
