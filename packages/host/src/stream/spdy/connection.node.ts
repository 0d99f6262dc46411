// The client's side of a SPDY/3.1 connection as runtimes and kubelets speak it: streams, no flow-control windows.
import type { Duplex } from "node:stream";
import { createHeaderCompressor, type HeaderCompressor } from "./deflate.node.ts";
import { controlFrame, createFrameParser, FIN, FRAME, headerBlock, numbers, RST_REFUSED } from "./frames.ts";
import { SpdyStream } from "./stream.node.ts";

/*
 * The servers that speak this (moby/spdystream) ignore window updates and send none: the connection's own
 * back-pressure is all there is. One stream whose reader is slow therefore holds up the others.
 */

/** A connection over which streams are opened. */
export interface SpdyConnection {
  /** Opens a stream; resolves when the server has taken it. Half-closing, and reading past the server's end, work as usual. */
  open(headers: Readonly<Record<string, string>>): Promise<Duplex>;
  /** Resolves when the connection is closed, for whatever reason. */
  readonly closed: Promise<void>;
  /** Says goodbye and closes. */
  close(): void;
}

/** Streams of one connection at the same time. */
const MAX_STREAMS = 1024;
class Connection implements SpdyConnection {
  readonly #socket: Duplex;
  readonly #compressor: HeaderCompressor = createHeaderCompressor();
  readonly #streams = new Map<number, SpdyStream>();
  /** Streams whose readers are slow: nothing is read from the connection while there are any. */
  readonly #full = new Set<SpdyStream>();
  readonly #closed = Promise.withResolvers<void>();
  #opening: Promise<unknown> = Promise.resolve();
  #nextId = 1;
  #gone = false;

  constructor(socket: Duplex, head: Uint8Array) {
    this.#socket = socket;
    const parser = createFrameParser({
      control: (type, flags, body) => this.#control(type, flags, body),
      data: (id, flags, piece) => this.#data(id, flags, piece),
    });
    const read = (chunk: Uint8Array): void => {
      try {
        parser.push(chunk);
      } catch {
        // Whoever does not speak SPDY is not spoken with.
        socket.destroy();
      }
    };
    socket.on("data", read);
    socket.on("error", () => socket.destroy());
    socket.once("end", () => socket.destroy());
    socket.once("close", () => this.#end());
    if (socket.destroyed) this.#end();
    if (head.length > 0) read(head);
  }

  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  async open(headers: Readonly<Record<string, string>>): Promise<Duplex> {
    const sent = this.#opening.then(() => this.#send(headers));
    this.#opening = sent.catch(() => {});
    const stream = await sent;
    await stream.taken.promise;
    return stream;
  }

  close(): void {
    if (this.#gone) return;
    this.#write(controlFrame(FRAME.goAway, 0, numbers(0, 0)));
    this.#socket.end(() => this.#socket.destroy());
    this.#end();
  }

  /** Compresses and sends one after another: the compression of headers depends on the order. */
  async #send(headers: Readonly<Record<string, string>>): Promise<SpdyStream> {
    if (this.#gone) throw new Error("the connection is closed");
    if (this.#streams.size >= MAX_STREAMS) throw new Error(`more than ${MAX_STREAMS} streams`);
    const block = await this.#compressor.compress(headerBlock(headers));
    const id = this.#nextId;
    this.#nextId += 2;
    const stream = new SpdyStream(id, {
      write: (bytes, done) => this.#write(bytes, done),
      drained: (which) => this.#drained(which),
      forget: (which) => this.#forget(which),
    });
    // Nobody but the reader is told of a stream's end: an error without a listener would end the process.
    stream.on("error", () => {});
    this.#streams.set(id, stream);
    // Stream, no parent, priority 0 and an unused byte, then the headers.
    const fixed = Buffer.concat([numbers(id, 0), new Uint8Array(2)]);
    this.#write(controlFrame(FRAME.synStream, 0, Buffer.concat([fixed, block])));
    return stream;
  }

  #write(bytes: Uint8Array, done: (error?: Error | null) => void = () => {}): void {
    if (this.#gone || !this.#socket.writable) done();
    else this.#socket.write(bytes, () => done());
  }

  #control(type: number, flags: number, body: Uint8Array): void {
    const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
    const id = body.length >= 4 ? view.getUint32(0) & 0x7fffffff : 0;
    const stream = this.#streams.get(id);
    if (type === FRAME.synReply) {
      stream?.taken.resolve();
      if (flags & FIN) this.#data(id, FIN, new Uint8Array(0));
    } else if (type === FRAME.rstStream) stream?.cut("the server refused the stream");
    else if (type === FRAME.synStream) this.#write(controlFrame(FRAME.rstStream, 0, numbers(id, RST_REFUSED)));
    // The server's pings have even numbers; odd ones would answer ours.
    else if (type === FRAME.ping && id % 2 === 0) this.#write(controlFrame(FRAME.ping, 0, body));
  }

  #data(id: number, flags: number, piece: Uint8Array): void {
    const stream = this.#streams.get(id);
    if (!stream || stream.receive(flags, piece)) return;
    this.#full.add(stream);
    this.#socket.pause();
  }

  #drained(stream: SpdyStream): void {
    if (this.#full.delete(stream) && this.#full.size === 0) this.#socket.resume();
  }

  #forget(id: number): void {
    const stream = this.#streams.get(id);
    this.#streams.delete(id);
    if (stream) this.#drained(stream);
  }

  #end(): void {
    if (this.#gone) return;
    this.#gone = true;
    for (const stream of this.#streams.values()) stream.cut("the connection is closed");
    this.#compressor.close();
    this.#closed.resolve();
  }
}

/** Speaks SPDY on a connection that was upgraded to `SPDY/3.1`; `head` came with the answer. */
export function createSpdyConnection(socket: Duplex, head: Uint8Array): SpdyConnection {
  return new Connection(socket, head);
}
