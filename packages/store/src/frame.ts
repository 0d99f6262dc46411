// How files are cut into checked pieces: a preamble with the format version, then frames whose checksums form a chain.
//
// preamble: "KNOTSTOR", version (4), checksum of both (4)
// frame:    mark (4), payload length (4), checksum of the frame before (4), checksum of this frame (4), safe length (8), payload, zeros up to a multiple of 8
//
// "Safe length" is how much of the file was durable for sure when the frame was written. It tells a torn tail, which may be cut, from damage to
// acknowledged data, which may not: a broken piece is damage if a sound frame further on says that the piece was safe.

import { ByteWriter } from "./bytes.ts";
import { checksum } from "./checksum.node.ts";
import type { DiskFile } from "./disk.ts";
import { StoreError } from "./error.ts";

/** Version of everything that we write. We read this one and those before. 2: a checkpoint says where the log behind it begins. */
export const FORMAT_VERSION = 2;

const MAGIC = "KNOTSTOR";
export const PREAMBLE_SIZE = 16;
const MARK = 0x4b4e_4f54;
const HEADER_SIZE = 24;
const ALIGN = 8;
/** Larger than anything that is written; a length beyond it is damage. */
const MAX_PAYLOAD = 256 * 1024 * 1024;
/** Bytes that are read and checked in one turn of the event loop. */
const CHUNK = 256 * 1024;

export interface ChainEnd {
  /** Where the next frame goes. */
  readonly position: number;
  /** Checksum of the last frame. */
  readonly seed: number;
}

/** Where the chain of every file begins. */
export const CHAIN_START: ChainEnd = { position: PREAMBLE_SIZE, seed: 0 };

export function preamble(): Uint8Array {
  const bytes = Buffer.alloc(PREAMBLE_SIZE);
  bytes.write(MAGIC, "latin1");
  bytes.writeUInt32LE(FORMAT_VERSION, 8);
  bytes.writeUInt32LE(checksum(bytes.subarray(0, 12), 0), 12);
  return bytes;
}

/** The format version of a file that starts with a sound preamble; undefined for others. Throws `format` when it is newer than ours. */
export function readPreamble(bytes: Uint8Array, name: string): number | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.length < PREAMBLE_SIZE || view.toString("latin1", 0, 8) !== MAGIC) return undefined;
  if (view.readUInt32LE(12) !== checksum(view.subarray(0, 12), 0)) return undefined;
  const version = view.readUInt32LE(8);
  if (version > FORMAT_VERSION) {
    const message = `${name} has format ${version}; this program knows formats up to ${FORMAT_VERSION}: use a newer one`;
    throw new StoreError("format", message);
  }
  return version;
}

/** Builds frames for one write. */
export class FrameWriter {
  readonly #out: ByteWriter;
  readonly #start: number;
  readonly #safeLength: number;
  #seed: number;

  /** `safeLength`: how much of the file is durable now. */
  constructor(at: ChainEnd, safeLength: number) {
    this.#out = new ByteWriter(16 * 1024);
    this.#start = at.position;
    this.#seed = at.seed;
    this.#safeLength = safeLength;
  }

  add(encode: (out: ByteWriter) => void): void {
    const out = this.#out;
    const start = out.length;
    out.uint32(MARK);
    out.uint32(0);
    out.uint32(this.#seed);
    out.uint32(0);
    out.number(this.#safeLength);
    encode(out);
    out.patchUint32(start + 4, out.length - start - HEADER_SIZE);
    const frame = out.view().subarray(start);
    this.#seed = frameChecksum(frame);
    out.patchUint32(start + 12, this.#seed);
    out.align(ALIGN);
  }

  get length(): number {
    return this.#out.length;
  }

  /** The bytes to write at the position where the writer began, and where the chain then ends. */
  finish(): { readonly bytes: Uint8Array; readonly end: ChainEnd } {
    return { bytes: this.#out.view(), end: { position: this.#start + this.#out.length, seed: this.#seed } };
  }
}

/** Of a frame without padding: everything but the mark and the checksum itself. */
function frameChecksum(frame: Uint8Array): number {
  return checksum(frame.subarray(16), checksum(frame.subarray(4, 12), 0));
}

export interface ScanResult {
  /** The end of the sound part. */
  readonly end: ChainEnd;
  /** What is wrong behind it; absent when the file ends there. */
  readonly damage?: string;
}

interface Frame {
  readonly payload: Uint8Array;
  /** Checksum of the frame before, as this frame knows it. */
  readonly follows: number;
  /** Its own checksum. */
  readonly seed: number;
  /** Where the next frame starts. */
  readonly next: number;
  readonly safeLength: number;
}

/** Hands every sound payload to `visit`, in order, a bounded amount per turn of the event loop. `visit` must not keep the bytes. */
export async function scanFrames(
  file: DiskFile,
  size: number,
  visit: (payload: Uint8Array) => void,
): Promise<ScanResult> {
  let end = CHAIN_START;
  let want = CHUNK;
  while (end.position < size) {
    const chunk = await file.read(end.position, want);
    const { end: reached, problem } = scanChunk(chunk, end, visit);
    end = reached;
    if (problem !== undefined) {
      const readable = end.position + problem.need <= size;
      if (problem.need === 0 || !readable) return { end, damage: problem.damage };
      if (problem.need <= want && chunk.length < want) return { end, damage: "the file ends early" };
    }
    want = Math.max(CHUNK, problem?.need ?? 0);
  }
  return { end };
}

/** Visits the frames of a chunk that begins where `end` says, up to the first one that is broken or not all there. */
function scanChunk(
  chunk: Uint8Array,
  start: ChainEnd,
  visit: (payload: Uint8Array) => void,
): { readonly end: ChainEnd; readonly problem?: FrameProblem } {
  let end = start;
  let used = 0;
  do {
    const frame = parseFrame(chunk, used);
    if ("damage" in frame) return { end, problem: frame };
    if (frame.follows !== end.seed) {
      return { end, problem: { damage: "a frame does not follow the one before", need: 0 } };
    }
    visit(frame.payload);
    end = { position: end.position + frame.next - used, seed: frame.seed };
    used = frame.next;
  } while (used < chunk.length);
  return { end };
}

interface FrameProblem {
  readonly damage: string;
  /** Bytes from the frame's start that are needed to say more; 0: more bytes do not help. */
  readonly need: number;
}

function parseFrame(chunk: Uint8Array, start: number): Frame | FrameProblem {
  const view = Buffer.from(chunk.buffer, chunk.byteOffset + start, chunk.length - start);
  if (view.length < HEADER_SIZE) return { damage: "a frame ends early", need: HEADER_SIZE };
  if (view.readUInt32LE(0) !== MARK) return { damage: "no frame where one should start", need: 0 };
  const length = view.readUInt32LE(4);
  if (length > MAX_PAYLOAD) return { damage: "a frame of impossible length", need: 0 };
  const size = HEADER_SIZE + length;
  const padded = Math.ceil(size / ALIGN) * ALIGN;
  if (view.length < padded) return { damage: "a frame ends early", need: padded };
  const frame = view.subarray(0, size);
  const seed = frame.readUInt32LE(12);
  if (frameChecksum(frame) !== seed) return { damage: "a frame with a wrong checksum", need: 0 };
  const safeLength = frame.readDoubleLE(16);
  return {
    payload: frame.subarray(HEADER_SIZE),
    follows: frame.readUInt32LE(8),
    seed,
    next: start + padded,
    safeLength,
  };
}

/** Whether some sound frame behind `position` proves that the bytes at `position` were durable once. */
export async function wasSafe(file: DiskFile, position: number, size: number): Promise<boolean> {
  for (let at = Math.ceil(position / ALIGN) * ALIGN; at < size; at += CHUNK) {
    // Frames that begin in this chunk may end beyond it.
    const chunk = await file.read(at, CHUNK + HEADER_SIZE);
    const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let start = 0; start < Math.min(CHUNK, chunk.length - HEADER_SIZE + 1); start += ALIGN) {
      if (view.readUInt32LE(start) !== MARK) continue;
      const whole = await wholeFrame(file, at + start, size);
      if (whole !== undefined && whole.safeLength > position) return true;
    }
  }
  return false;
}

async function wholeFrame(file: DiskFile, position: number, size: number): Promise<Frame | undefined> {
  const head = parseFrame(await file.read(position, HEADER_SIZE), 0);
  if (!("damage" in head)) return head;
  if (head.need === 0 || position + head.need > size) return undefined;
  const frame = parseFrame(await file.read(position, head.need), 0);
  return "damage" in frame ? undefined : frame;
}
