// Writes and reads the few shapes that our files are made of: bytes, 32-bit and large whole numbers, strings, blobs. Little endian.

import { StoreError } from "./error.ts";

/** A buffer that grows as it is written. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(capacity = 4096) {
    this.#buffer = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** The bytes so far; valid until the next write. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  byte(value: number): void {
    this.#room(1);
    this.#length = this.#buffer.writeUInt8(value, this.#length);
  }

  uint32(value: number): void {
    this.#room(4);
    this.#length = this.#buffer.writeUInt32LE(value, this.#length);
  }

  /** Overwrites four bytes that were written before. */
  patchUint32(position: number, value: number): void {
    this.#buffer.writeUInt32LE(value, position);
  }

  /** A whole number up to 2^53. */
  number(value: number): void {
    this.#room(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  string(value: string): void {
    const size = Buffer.byteLength(value);
    this.uint32(size);
    this.#room(size);
    this.#length += this.#buffer.write(value, this.#length);
  }

  blob(value: Uint8Array): void {
    this.uint32(value.length);
    this.#room(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  /** Fills up with zeros to a multiple of `unit`. */
  align(unit: number): void {
    while (this.#length % unit !== 0) this.byte(0);
  }

  #room(size: number): void {
    if (this.#length + size <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#length + size, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

/** Reads what {@link ByteWriter} wrote; running out of bytes is `corrupt`. Nothing it returns holds on to the source. */
export class ByteReader {
  readonly #buffer: Buffer;
  #position = 0;

  constructor(source: Uint8Array) {
    this.#buffer = Buffer.from(source.buffer, source.byteOffset, source.length);
  }

  get left(): number {
    return this.#buffer.length - this.#position;
  }

  byte(): number {
    return this.#buffer.readUInt8(this.#take(1));
  }

  uint32(): number {
    return this.#buffer.readUInt32LE(this.#take(4));
  }

  number(): number {
    return this.#buffer.readDoubleLE(this.#take(8));
  }

  string(): string {
    const size = this.uint32();
    const start = this.#take(size);
    return this.#buffer.toString("utf8", start, start + size);
  }

  blob(): Uint8Array {
    const size = this.uint32();
    const start = this.#take(size);
    const copy = new Uint8Array(size);
    copy.set(this.#buffer.subarray(start, start + size));
    return copy;
  }

  #take(size: number): number {
    const start = this.#position;
    if (start + size > this.#buffer.length) throw new StoreError("corrupt", "a record ends too early");
    this.#position += size;
    return start;
  }
}
