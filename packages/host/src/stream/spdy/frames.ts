// Frames of SPDY/3: written as bytes, and recognised in a stream of bytes.

export const FRAME = {
  synStream: 1,
  synReply: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  windowUpdate: 9,
} as const;

/** The last frame of one direction. */
export const FIN = 1;
export const RST_REFUSED = 3;
export const RST_CANCEL = 5;

const VERSION = 3;
/** Control frames are small; this is far more than any honest one has. */
export const MAX_CONTROL = 64 * 1024;

function frame(first: number, flags: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, first);
  view.setUint32(4, flags * 0x1000000 + body.length);
  bytes.set(body, 8);
  return bytes;
}

/** A control frame. */
export const controlFrame = (type: number, flags: number, body: Uint8Array): Uint8Array =>
  frame(0x80000000 + VERSION * 0x10000 + type, flags, body);

/** A frame of a stream's data, at most 2^24-1 bytes. */
export const dataFrame = (stream: number, flags: number, body: Uint8Array): Uint8Array => frame(stream, flags, body);

/** 32-bit numbers in a row. */
export function numbers(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value);
  return bytes;
}

/** Names and values as they are before compression. Names are in lower case. */
export function headerBlock(headers: Readonly<Record<string, string>>): Uint8Array {
  const encoder = new TextEncoder();
  const entries = Object.entries(headers);
  const parts = entries.flatMap(([name, value]) => [encoder.encode(name.toLowerCase()), encoder.encode(value)]);
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + 4 + part.length, 4));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, entries.length);
  let at = 4;
  for (const part of parts) {
    view.setUint32(at, part.length);
    bytes.set(part, at + 4);
    at += 4 + part.length;
  }
  return bytes;
}

/** What a parser finds. Data comes in pieces as it arrives, the last piece of a frame with its flags. */
export interface FrameHandler {
  control(type: number, flags: number, body: Uint8Array): void;
  data(stream: number, flags: number, piece: Uint8Array): void;
}

/** Throws on what is not SPDY/3. */
export interface FrameParser {
  push(chunk: Uint8Array): void;
}

class Parser implements FrameParser {
  readonly #handler: FrameHandler;
  #held = new Uint8Array(0);
  /** The data frame that is being read. */
  #data: { readonly stream: number; readonly flags: number; left: number } | undefined;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#held.length > 0) {
      bytes = new Uint8Array(this.#held.length + chunk.length);
      bytes.set(this.#held);
      bytes.set(chunk, this.#held.length);
    }
    let at = 0;
    for (let used = -1; used !== 0; at += used) used = this.#data ? this.#piece(bytes, at) : this.#frame(bytes, at);
    this.#held = bytes.slice(at);
  }

  /** Takes data of the open frame; answers how many bytes. */
  #piece(bytes: Uint8Array, at: number): number {
    const data = this.#data;
    const count = Math.min(data?.left ?? 0, bytes.length - at);
    if (!data || count === 0) return 0;
    data.left -= count;
    if (data.left === 0) this.#data = undefined;
    this.#handler.data(data.stream, data.left === 0 ? data.flags : 0, bytes.subarray(at, at + count));
    return count;
  }

  /** Takes one control frame, or the head of a data frame; answers how many bytes. */
  #frame(bytes: Uint8Array, at: number): number {
    if (bytes.length - at < 8) return 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const [first, second] = [view.getUint32(0), view.getUint32(4)];
    const [flags, length] = [second >>> 24, second & 0xffffff];
    if (first < 0x80000000) {
      if (length === 0) this.#handler.data(first, flags, new Uint8Array(0));
      else this.#data = { stream: first, flags, left: length };
      return 8;
    }
    if (((first >>> 16) & 0x7fff) !== VERSION) throw new Error("not a frame of SPDY/3");
    if (length > MAX_CONTROL) throw new Error(`a control frame has ${length} bytes`);
    if (bytes.length - at < 8 + length) return 0;
    this.#handler.control(first & 0xffff, flags, bytes.subarray(at + 8, at + 8 + length));
    return 8 + length;
  }
}

export function createFrameParser(handler: FrameHandler): FrameParser {
  return new Parser(handler);
}
