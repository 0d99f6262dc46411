// Writes protobuf's wire format into one growing buffer.
import { ProtobufError, type WireType } from "./error.ts";

export interface ProtoWriterOptions {
  /** Most bytes that a message may have; writing more throws. */
  readonly limit?: number;
}

const TWO_32 = 2 ** 32;
const DEFAULT_LIMIT = 256 * 1024 * 1024;
/** Texts up to this length (characters) are copied here: handing them to the platform takes longer. */
const SHORT = 96;
const encoder = new TextEncoder();

/** Bytes that `value` (0 to 2^32-1) takes as a varint. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** Appends to a message. Values follow the tag that names their field. */
export class ProtoWriter {
  private readonly limit: number;
  private buffer = new Uint8Array(256);
  private length = 0;

  constructor({ limit = DEFAULT_LIMIT }: ProtoWriterOptions = {}) {
    this.limit = limit;
  }

  tag(field: number, wire: WireType): void {
    this.varint(field * 8 + wire);
  }

  /** Whole numbers up to 2^53, or a bigint of 64 bits; negative ones take ten bytes. */
  varint(value: number | bigint): void {
    this.reserve(10);
    if (typeof value === "bigint") {
      const bits = BigInt.asUintN(64, value);
      this.varint64(Number(bits & 0xffff_ffffn), Number(bits >> 32n));
    } else if (value >= 0 && value < TWO_32) this.varint32(value);
    else this.varint64(value % TWO_32, Math.floor(value / TWO_32));
  }

  double(value: number): void {
    this.reserve(8);
    new DataView(this.buffer.buffer).setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Length and bytes. */
  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  /** Bytes as they are: a message that is encoded already. */
  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
  }

  /** Length and UTF-8. */
  string(value: string): void {
    if (value.length <= SHORT && this.ascii(value)) return;
    const start = this.open();
    this.reserve(value.length * 3);
    this.length += encoder.encodeInto(value, this.buffer.subarray(this.length)).written;
    this.close(start);
  }

  /** Length and what `write` appends: a nested message or a packed list. */
  message(write: () => void): void {
    const start = this.open();
    write();
    this.close(start);
  }

  /** Starts a value whose length is not known yet; hand the answer to `close` when everything in it was written. */
  open(): number {
    // One byte is kept for the length; when it takes more, what was written moves up.
    this.reserve(1);
    return ++this.length;
  }

  /** Ends the value that `open` started. */
  close(start: number): void {
    const size = this.length - start;
    if (size < 128) {
      this.buffer[start - 1] = size;
      return;
    }
    const extra = varintSize(size) - 1;
    this.reserve(extra);
    this.buffer.copyWithin(start + extra, start, this.length);
    this.length = start - 1;
    this.varint32(size);
    this.length += size;
  }

  /** Forgets what was written, so that the next message needs no new buffer; a buffer beyond `keep` bytes is given back. */
  reset(keep: number): void {
    if (this.buffer.length > keep) this.buffer = new Uint8Array(256);
    this.length = 0;
  }

  /** A copy of all that was written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.buffer.length) return;
    if (needed > this.limit) throw new ProtobufError(`message exceeds ${this.limit} bytes`);
    const larger = new Uint8Array(Math.max(needed, Math.min(this.limit, this.buffer.length * 2)));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }

  /** Writes a short text of ASCII alone, which most are; false (and nothing written) for any other. */
  private ascii(value: string): boolean {
    const size = value.length;
    this.reserve(size + 1);
    const { buffer } = this;
    let at = this.length;
    buffer[at++] = size;
    for (let index = 0; index < size; index++) {
      const code = value.charCodeAt(index);
      if (code > 127) return false;
      buffer[at++] = code;
    }
    this.length = at;
    return true;
  }

  private varint32(value: number): void {
    let rest = value;
    while (rest > 127) {
      this.buffer[this.length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.buffer[this.length++] = rest;
  }

  private varint64(low: number, high: number): void {
    let [lower, upper] = [low >>> 0, high >>> 0];
    while (upper > 0 || lower > 127) {
      this.buffer[this.length++] = (lower & 127) | 128;
      lower = ((lower >>> 7) | (upper << 25)) >>> 0;
      upper >>>= 7;
    }
    this.buffer[this.length++] = lower;
  }
}
