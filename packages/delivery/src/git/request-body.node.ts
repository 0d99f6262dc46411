// The body of a request as git sent it: unpacked when it came compressed, never more than allowed.
import type { IncomingMessage } from "node:http";
import { createGunzip } from "node:zlib";

/** More bytes came than are allowed. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
}

/** Bytes in order. Throws a BodyTooLargeError past `limit` bytes after unpacking, or what broke the connection. */
export async function* requestBody(request: IncomingMessage, limit: number): AsyncGenerator<Buffer> {
  const packed = /^(x-)?gzip$/i.test(request.headers["content-encoding"] ?? "");
  const gunzip = packed ? createGunzip() : undefined;
  if (gunzip) request.once("error", (error) => gunzip.destroy(error)).pipe(gunzip);
  let seen = 0;
  for await (const chunk of (gunzip ?? request) as AsyncIterable<Buffer>) {
    seen += chunk.length;
    if (seen > limit) throw new BodyTooLargeError(`more than ${limit} bytes`);
    yield chunk;
  }
}
