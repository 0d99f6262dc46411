// Sends bodies piece by piece, big ones compressed.
import { joinBytes } from "@knots/machinery";
import type { HttpRequest, HttpResponse } from "./exchange.ts";

/** Answers from this size are compressed for clients that take it (bytes). */
const COMPRESS_FROM = 128 * 1024;
/** Size of one write (bytes). */
const CHUNK = 64 * 1024;

/** Compresses with gzip. */
export type Gzip = (bytes: Uint8Array) => Promise<Uint8Array>;

export interface Outgoing {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** The body, one piece after the other. */
  readonly pieces: Iterable<Uint8Array>;
  readonly contentType: string;
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

/** Whether a client takes gzip; with a quality of zero it says that it does not. */
function takesGzip({ headers }: HttpRequest): boolean {
  const codings = (headers["accept-encoding"] ?? "").split(",").map((coding) => coding.replaceAll(" ", ""));
  return codings.some((coding) => /^gzip(;|$)/i.test(coding) && !/;q=0(\.0*)?$/i.test(coding));
}

/** Writes an answer with backpressure. A HEAD request gets the head alone. */
export async function writeAnswer(
  request: HttpRequest,
  response: HttpResponse,
  { status, headers, pieces: given, contentType }: Outgoing,
  gzip: Gzip,
): Promise<void> {
  let pieces = [...given];
  let length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const compress = length >= COMPRESS_FROM && takesGzip(request);
  if (compress) {
    pieces = [await gzip(joinBytes(pieces))];
    length = pieces[0]?.length ?? 0;
  }
  const vary = ["vary" in headers ? headers["vary"] : [], "Accept-Encoding"].flat().join(", ");
  const encoding = compress ? { "content-encoding": "gzip", vary } : {};
  response.head(status, { ...headers, ...encoding, "content-type": contentType, "content-length": String(length) });
  if (request.method === "HEAD") return response.end();
  if (pieces.length === 1 && length <= CHUNK) return response.end(pieces[0]);
  for (const chunk of chunked(pieces)) {
    if (request.signal.aborted) return;
    await response.write(chunk);
  }
  response.end();
}
