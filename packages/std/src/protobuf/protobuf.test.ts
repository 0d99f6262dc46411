// The wire codec against hand-checked bytes, itself, and hostile input.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ProtobufError, WIRE } from "./error.ts";
import { ProtoReader } from "./reader.ts";
import { ProtoWriter } from "./writer.ts";

const written = (write: (writer: ProtoWriter) => void): string => {
  const writer = new ProtoWriter();
  write(writer);
  return Buffer.from(writer.finish()).toString("hex");
};
const int = (writer: ProtoWriter, field: number, value: number): void => {
  writer.tag(field, WIRE.varint);
  writer.varint(value);
};
const text = (writer: ProtoWriter, field: number, value: string): void => {
  writer.tag(field, WIRE.bytes);
  writer.string(value);
};
const double = (writer: ProtoWriter, field: number, value: number): void => {
  writer.tag(field, WIRE.fixed64);
  writer.double(value);
};
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

const varints: readonly (readonly [number | bigint, string])[] = [
  [0, "00"],
  [1, "01"],
  [127, "7f"],
  [128, "8001"],
  [150, "9601"],
  [2 ** 32 - 1, "ffffffff0f"],
  [2 ** 32, "8080808010"],
  [2 ** 53 - 1, "ffffffffffffff0f"],
  [-1, "ffffffffffffffffff01"],
  [-5, "fbffffffffffffffff01"],
  [2n ** 64n - 1n, "ffffffffffffffffff01"],
];
for (const [value, hex] of varints) {
  test(`${value} is ${hex}`, () => {
    assert.equal(
      written((writer) => writer.varint(value)),
      hex,
    );
    if (typeof value === "number") assert.equal(new ProtoReader(bytes(hex)).int64(), value);
    else assert.equal(new ProtoReader(bytes(hex)).uint64(), value);
  });
}

test("a string field and a nested message, as the format's own guide writes them", () => {
  assert.equal(
    written((writer) => text(writer, 2, "testing")),
    "120774657374696e67",
  );
  const nested = written((writer) => {
    writer.tag(3, WIRE.bytes);
    writer.message(() => int(writer, 1, 150));
  });
  assert.equal(nested, "1a03089601");
});

test("lengths of nested messages take as many bytes as they need", () => {
  for (const size of [0, 1, 127, 128, 16_383, 16_384, 3_000_000]) {
    const writer = new ProtoWriter();
    const payload = new Uint8Array(size).fill(7);
    writer.message(() => writer.message(() => writer.bytes(payload)));
    const reader = new ProtoReader(writer.finish());
    const read = reader.message(() => reader.message(() => reader.bytes()));
    assert.deepEqual([read.length, read.every((byte) => byte === 7)], [size, true]);
  }
});

test("short and long texts, with and without other alphabets, are the platform's UTF-8", () => {
  for (const size of [0, 1, 22, 23, 24, 25, 94, 95, 96, 97, 127, 128, 400]) {
    for (const value of ["a".repeat(size), `${"a".repeat(size)}\u00e9`, `${"a".repeat(size)}\u{1f642}`]) {
      const written = new ProtoWriter();
      written.string(value);
      const plain = new ProtoWriter();
      plain.bytes(Buffer.from(value));
      const bytes = written.finish();
      assert.deepEqual(bytes, plain.finish());
      assert.equal(new ProtoReader(bytes).string(), value);
      if (size > 0) assert.throws(() => new ProtoReader(bytes.subarray(0, -1)).string(), ProtobufError);
    }
  }
});

test("a writer starts again, and what it made before stays", () => {
  const writer = new ProtoWriter();
  text(writer, 1, "x".repeat(5000));
  const before = writer.finish();
  for (const keep of [1 << 20, 16]) {
    writer.reset(keep);
    int(writer, 1, 5);
    assert.equal(Buffer.from(writer.finish()).toString("hex"), "0805");
  }
  assert.equal(before[100], 0x78);
});

test("what is written is read", () => {
  const value = fc.oneof(
    fc.record({ type: fc.constant("int" as const), value: fc.maxSafeInteger() }),
    fc.record({ type: fc.constant("text" as const), value: fc.string({ unit: "grapheme", maxLength: 200 }) }),
    fc.record({ type: fc.constant("double" as const), value: fc.double({ noNaN: true }) }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 536_870_911 }), value)), (fields) => {
      const writer = new ProtoWriter();
      for (const [number, one] of fields) {
        if (one.type === "int") int(writer, number, one.value);
        else if (one.type === "text") text(writer, number, one.value);
        else double(writer, number, one.value);
      }
      const reader = new ProtoReader(writer.finish());
      for (const [number, one] of fields) {
        assert.equal(reader.field(), number);
        const read = one.type === "int" ? reader.int64() : one.type === "text" ? reader.string() : reader.double();
        assert.ok(Object.is(read, one.value) || (read === 0 && one.value === 0));
      }
      assert.equal(reader.field(), 0);
    }),
  );
});

test("unknown fields of every wire type can be passed over", () => {
  const writer = new ProtoWriter();
  int(writer, 9, 300);
  double(writer, 9, 1);
  text(writer, 9, "x");
  int(writer, 1, 5);
  const reader = new ProtoReader(Uint8Array.from([...bytes("4d01020304"), ...writer.finish()]));
  for (let index = 0; index < 4; index++) {
    reader.field();
    reader.skip();
  }
  assert.deepEqual([reader.field(), reader.int64()], [1, 5]);
});

const hostile: readonly (readonly [string, string])[] = [
  ["a varint that never ends", "08ffffffffffffffffffffff"],
  ["a length beyond the end", "0aff01"],
  ["a negative length", "0affffffffffffffffff01"],
  ["a group", "0b"],
  ["field number zero", "0001"],
  ["text that is not UTF-8", "0a02c328"],
];
for (const [what, hex] of hostile) {
  test(`${what} is refused`, () => {
    const reader = new ProtoReader(bytes(hex));
    assert.throws(() => {
      reader.field();
      if (reader.wire === WIRE.bytes) reader.string();
      else reader.int64();
    }, ProtobufError);
  });
}

test("a time in nanoseconds is refused, or rounded when that is allowed", () => {
  const nanoseconds = bytes("808086b5c3b3a6c318");
  assert.throws(() => new ProtoReader(nanoseconds).int64(), /beyond 2\^53/);
  assert.equal(new ProtoReader(nanoseconds, { roundLarge: true }).int64(), 1_767_268_800_000_000_000);
});

test("depth and size are limited", () => {
  const deep = bytes("00");
  const reader = new ProtoReader(deep, { maxDepth: 0 });
  assert.throws(() => reader.message(() => 0), ProtobufError);
  const writer = new ProtoWriter({ limit: 1000 });
  assert.throws(() => writer.bytes(new Uint8Array(1001)), ProtobufError);
});

test("any bytes at all are read or refused, never anything else", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (input) => {
      const reader = new ProtoReader(input);
      try {
        while (reader.field() !== 0) reader.skip();
      } catch (error) {
        assert.ok(error instanceof ProtobufError);
      }
    }),
  );
});
