// A stream of a SPDY connection as a Node stream: both directions end on their own.
import { Duplex } from "node:stream";
import { controlFrame, dataFrame, FIN, FRAME, numbers, RST_CANCEL } from "./frames.ts";

/** Bytes in one frame of data. */
const MAX_DATA = 64 * 1024;

/** What a stream needs of its connection. */
export interface Wire {
  write(bytes: Uint8Array, done?: (error?: Error | null) => void): void;
  /** A stream has room again. */
  drained(stream: SpdyStream): void;
  forget(id: number): void;
}

/** One stream, seen from either end. */
export class SpdyStream extends Duplex {
  readonly #id: number;
  readonly #wire: Wire;
  /** Settles when the server has taken or refused the stream. */
  readonly taken = Promise.withResolvers<void>();
  #over = false;
  #ended = false;

  constructor(id: number, wire: Wire) {
    super({ allowHalfOpen: true, emitClose: true });
    this.#id = id;
    this.#wire = wire;
    this.taken.promise.catch(() => {});
  }

  /** Data from the server; answers whether more is welcome. */
  receive(flags: number, piece: Uint8Array): boolean {
    if (this.#ended || this.destroyed) return true;
    const room = piece.length === 0 || this.push(Buffer.from(piece));
    if (flags & FIN) this.#endReading();
    return room;
  }

  /** The server has reset the stream or is gone: what was read stays readable, what is written is lost. */
  cut(reason: string): void {
    this.taken.reject(new Error(reason));
    if (this.#over) return;
    this.#over = true;
    this.#endReading();
    this.#wire.forget(this.#id);
  }

  #endReading(): void {
    if (!this.#ended) this.push(null);
    this.#ended = true;
  }

  override _read(): void {
    this.#wire.drained(this);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // After the server's end nobody reads it any more.
    if (this.#over) {
      done();
      return;
    }
    let at = 0;
    for (; chunk.length - at > MAX_DATA; at += MAX_DATA)
      this.#wire.write(dataFrame(this.#id, 0, chunk.subarray(at, at + MAX_DATA)));
    this.#wire.write(dataFrame(this.#id, 0, chunk.subarray(at)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#over) done();
    else this.#wire.write(dataFrame(this.#id, FIN, new Uint8Array(0)), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const finished = this.readableEnded && this.writableFinished;
    if (!this.#over && !finished) this.#wire.write(controlFrame(FRAME.rstStream, 0, numbers(this.#id, RST_CANCEL)));
    this.#over = true;
    this.#wire.forget(this.#id);
    done(error);
  }
}
