// Protobuf messages declared as values: field numbers once, and from them the type, the writer and the reader.
import { ProtoReader, ProtoWriter, WIRE } from "@knots/std";

/** How one kind of value stands in a message. */
export interface Field<T> {
  readonly number: number;
  /** What an absent field means. */
  readonly zero: T;
  /** Writes the field with its tag; nothing for what is left out anyway. */
  write(writer: ProtoWriter, value: T): void;
  /** The value after one more occurrence of the field. */
  read(reader: ProtoReader, before: T): T;
}

/** Turns a message into bytes and back. */
export interface Codec<T> {
  encode(value: Partial<T>): Uint8Array;
  decode(bytes: Uint8Array): T;
}

/** A declared message: whole on its own, or as a field of another. */
export interface Message<T> extends Codec<T> {
  writeTo(writer: ProtoWriter, value: Partial<T>): void;
  readFrom(reader: ProtoReader): T;
}

/** Any field, for what does not depend on its type. */
interface AnyField {
  readonly number: number;
  readonly zero: unknown;
  write(writer: ProtoWriter, value: never): void;
  read(reader: ProtoReader, before: never): unknown;
}
type Fields = Readonly<Record<string, AnyField>>;
type ValueOf<F> = F extends Field<infer T> ? T : never;
type ValuesOf<F> = { readonly [K in keyof F]: ValueOf<F[K]> };
/** The type of a declared message. */
export type TypeOf<M> = M extends Message<infer T> ? T : never;

const NOTHING = new Uint8Array(0);

/** Numbers beyond 2^53 (ids of clusters and members) lose their last digits. */
export const int64 = (number: number): Field<number> => ({
  number,
  zero: 0,
  write(writer, value) {
    if (value === 0) return;
    writer.tag(number, WIRE.varint);
    writer.varint(value);
  },
  read: (reader) => reader.int64(),
});

export const flag = (number: number): Field<boolean> => ({
  number,
  zero: false,
  write(writer, value) {
    if (!value) return;
    writer.tag(number, WIRE.varint);
    writer.varint(1);
  },
  read: (reader) => reader.int64() !== 0,
});

export const text = (number: number): Field<string> => ({
  number,
  zero: "",
  write(writer, value) {
    if (value === "") return;
    writer.tag(number, WIRE.bytes);
    writer.string(value);
  },
  read: (reader) => reader.string(),
});

/** Read as a copy: a small value must not keep the whole answer that it came in alive. */
export const bytes = (number: number): Field<Uint8Array> => ({
  number,
  zero: NOTHING,
  write(writer, value) {
    if (value.length === 0) return;
    writer.tag(number, WIRE.bytes);
    writer.bytes(value);
  },
  read: (reader) => new Uint8Array(reader.bytes()),
});

/** A nested message, or one of several that exclude each other; present even when it is empty. */
export const one = <T>(number: number, nested: Message<T>): Field<Partial<T> | undefined> => ({
  number,
  zero: undefined,
  write(writer, value) {
    if (value === undefined) return;
    writer.tag(number, WIRE.bytes);
    writer.message(() => nested.writeTo(writer, value));
  },
  read: (reader) => reader.message(() => nested.readFrom(reader)),
});

/** A list of nested messages. */
export const many = <T>(number: number, nested: Message<T>): Field<readonly Partial<T>[]> => ({
  number,
  zero: [],
  write(writer, values) {
    for (const value of values) {
      writer.tag(number, WIRE.bytes);
      writer.message(() => nested.writeTo(writer, value));
    }
  },
  read(reader, before) {
    const list = before.length === 0 ? [] : (before as Partial<T>[]);
    list.push(reader.message(() => nested.readFrom(reader)));
    return list;
  },
});

/** Declares a message. Unknown fields are passed over. */
export function message<F extends Fields>(fields: F): Message<ValuesOf<F>> {
  type Values = Record<string, unknown>;
  const all = Object.entries(fields as Readonly<Record<string, AnyField>> as Record<string, Field<unknown>>);
  const byNumber = new Map(all.map(([name, field]) => [field.number, { name, field }]));
  const zeros = Object.fromEntries(all.map(([name, { zero }]) => [name, zero]));
  const writeTo = (writer: ProtoWriter, value: Values): void => {
    for (const [name, field] of all) if (value[name] !== undefined) field.write(writer, value[name]);
  };
  const readFrom = (reader: ProtoReader): Values => {
    const value: Values = { ...zeros };
    for (let number = reader.field(); number !== 0; number = reader.field()) {
      const known = byNumber.get(number);
      if (known === undefined) reader.skip();
      else value[known.name] = known.field.read(reader, value[known.name]);
    }
    return value;
  };
  return {
    writeTo,
    readFrom: (reader) => readFrom(reader) as ValuesOf<F>,
    encode(value) {
      const writer = new ProtoWriter();
      writeTo(writer, value);
      return writer.finish();
    },
    decode: (input) => readFrom(new ProtoReader(input, { roundLarge: true })) as ValuesOf<F>,
  };
}
