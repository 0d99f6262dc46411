// Reads protobuf's wire format from bytes that nobody vouches for.
import { ProtobufError, WIRE, type WireType } from "./error.ts";

export interface ProtoReaderOptions {
  /** How deep messages may nest. */
  readonly maxDepth?: number;
  /** Whether integers beyond 2^53 are rounded to the nearest number instead of refused; for times in nanoseconds. */
  readonly roundLarge?: boolean;
}

const DEFAULT_DEPTH = 512;
const MAX_FIELD = 536_870_911;
const TWO_32 = 2 ** 32;
const SHORT = 24;
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new ProtobufError("text is not UTF-8", { cause: error });
  }
}

/** The code units of a short text. */
const codes: number[][] = Array.from({ length: SHORT + 1 }, (_, length) => Array.from({ length }, () => 0));

/** A short text of ASCII alone, which most are; undefined for any other. Handing it to the platform would take longer. */
function shortText(input: Uint8Array, start: number, size: number): string | undefined {
  const units = codes[size] as number[];
  for (let index = 0; index < size; index++) {
    const byte = input[start + index] as number;
    if (byte > 127) return undefined;
    units[index] = byte;
  }
  return String.fromCharCode.apply(undefined, units);
}

function wireType(value: number): WireType {
  if (value === WIRE.varint || value === WIRE.bytes || value === WIRE.fixed64 || value === WIRE.fixed32) return value;
  throw new ProtobufError(`wire type ${value} is not known`);
}

/** Reads the fields of a message in the order that they come. Every method throws a {@link ProtobufError} on malformed bytes. */
export class ProtoReader {
  /** Wire type of the field just read. */
  wire: WireType = WIRE.varint;
  private readonly input: Uint8Array;
  private readonly maxDepth: number;
  private readonly roundLarge: boolean;
  private position = 0;
  private end: number;
  private depth = 0;
  private low = 0;
  private high = 0;

  constructor(input: Uint8Array, { maxDepth = DEFAULT_DEPTH, roundLarge = false }: ProtoReaderOptions = {}) {
    this.input = input;
    this.end = input.length;
    this.maxDepth = maxDepth;
    this.roundLarge = roundLarge;
  }

  /** Whether bytes are left in the message. */
  get more(): boolean {
    return this.position < this.end;
  }

  /** The next field's number, or 0 at the end of the message. */
  field(): number {
    if (!this.more) return 0;
    const tag = this.int64();
    this.wire = wireType(tag % 8);
    const number = Math.floor(tag / 8);
    if (number < 1 || number > MAX_FIELD) throw new ProtobufError(`field number ${number} is not allowed`);
    return number;
  }

  /** A signed integer; beyond 2^53 it throws, unless large ones are to be rounded. */
  int64(): number {
    this.varint();
    if (this.high === 0 && this.low >= 0) return this.low;
    const value = this.high * TWO_32 + (this.low >>> 0);
    if (!Number.isSafeInteger(value) && !this.roundLarge) throw new ProtobufError("integer is beyond 2^53");
    return value;
  }

  /** The low 32 bits, signed. */
  int32(): number {
    this.varint();
    return this.low;
  }

  /** All 64 bits, unsigned. */
  uint64(): bigint {
    this.varint();
    return (BigInt(this.high >>> 0) << 32n) | BigInt(this.low >>> 0);
  }

  double(): number {
    const bytes = this.take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  /** A view of the bytes, not a copy. */
  bytes(): Uint8Array {
    return this.take(this.size());
  }

  string(): string {
    const size = this.size();
    if (size > this.end - this.position) throw new ProtobufError("message ends within a value");
    const short = size <= SHORT ? shortText(this.input, this.position, size) : undefined;
    if (short === undefined) return decodeText(this.take(size));
    this.position += size;
    return short;
  }

  /** Calls `read` on the nested message (or packed list): within it, `field` and `more` end where it ends. */
  message<T>(read: () => T): T {
    if (++this.depth > this.maxDepth) throw new ProtobufError(`messages nest deeper than ${this.maxDepth}`);
    const outer = this.end;
    const size = this.size();
    if (size > outer - this.position) throw new ProtobufError("message ends within a value");
    this.end = this.position + size;
    const value = read();
    if (this.more) throw new ProtobufError("message is longer than its fields");
    this.end = outer;
    this.depth--;
    return value;
  }

  /** Passes over the value of the field just read. */
  skip(): void {
    if (this.wire === WIRE.varint) this.varint();
    else if (this.wire === WIRE.bytes) this.bytes();
    else this.take(this.wire === WIRE.fixed64 ? 8 : 4);
  }

  /** Reads a varint into `low` and `high`. */
  private varint(): void {
    const first = this.position < this.end ? (this.input[this.position] as number) : 128;
    this.low = 0;
    this.high = 0;
    if (first < 128) {
      this.low = first;
      this.position++;
      return;
    }
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.end) throw new ProtobufError("message ends within a value");
      const next = this.input[this.position++] as number;
      const bits = next & 127;
      if (shift < 32) this.low |= bits << shift;
      if (shift >= 28) this.high |= shift === 28 ? bits >> 4 : bits << (shift - 32);
      if (next < 128) return;
    }
    throw new ProtobufError("integer has more than ten bytes");
  }

  private size(): number {
    const value = this.int64();
    if (value < 0) throw new ProtobufError("length is negative");
    return value;
  }

  private take(count: number): Uint8Array {
    if (count > this.end - this.position) throw new ProtobufError("message ends within a value");
    this.position += count;
    return this.input.subarray(this.position - count, this.position);
  }
}
