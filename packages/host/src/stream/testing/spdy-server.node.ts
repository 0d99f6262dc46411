// The server's side of SPDY, for a pretended runtime: takes streams and hands them over with their headers.
import { Duplex } from "node:stream";
import { constants, createInflate } from "node:zlib";
import { createHeaderCompressor } from "../spdy/deflate.node.ts";
import { SPDY_DICTIONARY } from "../spdy/dictionary.ts";
import { controlFrame, createFrameParser, FRAME, headerBlock, numbers } from "../spdy/frames.ts";
import { SpdyStream } from "../spdy/stream.node.ts";

/** A stream that the client opened. */
export interface TakenStream {
  readonly headers: Readonly<Record<string, string>>;
  readonly stream: Duplex;
}

export interface SpdyServer {
  /** Every stream in the order of opening; ends with the connection. */
  readonly streams: AsyncIterable<TakenStream>;
  /** Resets what is open and closes, as a runtime does when a command is over. */
  close(): void;
}

function readHeaders(block: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  let at = 4;
  const next = (): string => {
    const length = block.readUInt32BE(at);
    at += 4 + length;
    return block.subarray(at - length, at).toString("utf8");
  };
  for (let left = block.readUInt32BE(0); left > 0; left--) {
    const name = next();
    headers[name] = next();
  }
  return headers;
}

/** Decompresses header blocks one after another. */
function createHeaderReader(): (block: Uint8Array) => Promise<Record<string, string>> {
  const inflate = createInflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH });
  let last: Promise<unknown> = Promise.resolve();
  return (block) => {
    const read = last.then(
      () =>
        new Promise<Record<string, string>>((resolve, reject) => {
          inflate.write(block, (error) => {
            const bytes = inflate.read() as Buffer | null;
            if (error || !bytes) reject(error ?? new Error("an empty header block"));
            else resolve(readHeaders(bytes));
          });
        }),
    );
    last = read.catch(() => {});
    return read;
  };
}

/** Serves SPDY on an upgraded connection. */
export function serveSpdy(socket: Duplex): SpdyServer {
  const streams = new Map<number, SpdyStream>();
  const taken = new Duplex({ objectMode: true, read: () => {}, write: (_chunk, _encoding, done) => done() });
  const readBlock = createHeaderReader();
  const compressor = createHeaderCompressor();
  const write = (bytes: Uint8Array, done: () => void = () => {}): void => {
    if (socket.writable) socket.write(bytes, () => done());
    else done();
  };
  const take = (id: number, block: Uint8Array): void => {
    const stream = new SpdyStream(id, { write, drained: () => {}, forget: (which) => streams.delete(which) });
    stream.on("error", () => {});
    streams.set(id, stream);
    void readBlock(Buffer.from(block)).then(async (headers) => {
      const none = await compressor.compress(headerBlock({}));
      write(controlFrame(FRAME.synReply, 0, Buffer.concat([numbers(id), none])));
      taken.push({ headers, stream } satisfies TakenStream);
    });
  };
  const parser = createFrameParser({
    control(type, _flags, body) {
      const id = Buffer.from(body).readUInt32BE(0);
      if (type === FRAME.synStream) take(id, body.subarray(10));
      else if (type === FRAME.rstStream) streams.get(id)?.cut("reset");
      else if (type === FRAME.ping) write(controlFrame(FRAME.ping, 0, body));
    },
    data: (id, flags, piece) => void streams.get(id)?.receive(flags, piece),
  });
  socket.on("data", (chunk: Buffer) => parser.push(chunk));
  socket.on("error", () => socket.destroy());
  socket.once("end", () => socket.destroy());
  socket.once("close", () => {
    for (const stream of streams.values()) stream.cut("closed");
    compressor.close();
    taken.push(null);
  });
  return {
    streams: taken as AsyncIterable<TakenStream>,
    close: () => {
      for (const stream of streams.values()) stream.destroy();
      socket.end();
    },
  };
}
