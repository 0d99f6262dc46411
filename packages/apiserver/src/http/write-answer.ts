// Sends values: objects as their ready bytes, lists in pieces, big answers compressed.
import { isList, type ListObject } from "../chain/answer.ts";
import { wireBytes } from "../registry/codec.ts";
import type { Codec } from "./codec.ts";
import type { HttpRequest, HttpResponse } from "./exchange.ts";

/** Answers from this size are compressed for clients that take it (bytes). */
const COMPRESS_FROM = 128 * 1024;
/** Size of one write (bytes). */
const CHUNK = 64 * 1024;
const encoder = new TextEncoder();
const COMMA = encoder.encode(",");
const LIST_END = encoder.encode("]}");

/** Compresses with gzip. */
export type Gzip = (bytes: Uint8Array) => Promise<Uint8Array>;

export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: object;
  readonly codec: Codec;
  readonly contentType: string;
}

function* listPieces({ items, ...rest }: ListObject): Iterable<Uint8Array> {
  yield encoder.encode(`${JSON.stringify(rest).slice(0, -1)},"items":[`);
  for (const [index, item] of items.entries()) {
    if (index > 0) yield COMMA;
    yield wireBytes(item);
  }
  yield LIST_END;
}

function piecesOf(codec: Codec, body: object): Iterable<Uint8Array> {
  if (!codec.json) return [codec.encode(body)];
  return isList(body) ? listPieces(body) : [wireBytes(body)];
}

/** Joins pieces to chunks of about {@link CHUNK} bytes; a longer piece is cut. */
function* chunked(pieces: Iterable<Uint8Array>): Iterable<Uint8Array> {
  let buffer = new Uint8Array(CHUNK);
  let used = 0;
  for (const piece of pieces) {
    let at = 0;
    while (at < piece.length) {
      const take = Math.min(piece.length - at, CHUNK - used);
      buffer.set(piece.subarray(at, at + take), used);
      used += take;
      at += take;
      if (used < CHUNK) continue;
      yield buffer;
      buffer = new Uint8Array(CHUNK);
      used = 0;
    }
  }
  if (used > 0) yield buffer.subarray(0, used);
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const takesGzip = ({ headers }: HttpRequest): boolean => /(^|[\s,])gzip\b/.test(headers["accept-encoding"] ?? "");

/** Writes an answer with backpressure. A HEAD request gets the head alone. */
export async function writeAnswer(
  request: HttpRequest,
  response: HttpResponse,
  { status, headers, body, codec, contentType }: Outgoing,
  gzip: Gzip,
): Promise<void> {
  let pieces = [...piecesOf(codec, body)];
  let length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const compress = length >= COMPRESS_FROM && takesGzip(request);
  if (compress) {
    pieces = [await gzip(joined(pieces, length))];
    length = pieces[0]?.length ?? 0;
  }
  const encoding = compress ? { "content-encoding": "gzip", vary: "Accept-Encoding" } : {};
  response.head(status, { ...headers, ...encoding, "content-type": contentType, "content-length": String(length) });
  if (request.method === "HEAD") return response.end();
  if (pieces.length === 1 && length <= CHUNK) return response.end(pieces[0]);
  for (const chunk of chunked(pieces)) {
    if (request.signal.aborted) return;
    await response.write(chunk);
  }
  response.end();
}
