// Reads a request body up to a limit.
import type { Readable } from "node:stream";
import { entityTooLarge } from "../errors.ts";

/** A little too much is read to its end: who is cut off while still sending often never sees the answer. */
const DISCARDED = 8 << 20;

/** The whole body; rejects with 413 when it is longer than `limit` bytes, at once when it is far longer. */
export async function readAll(stream: Readable, limit: number, declared?: string): Promise<Uint8Array> {
  if (declared !== undefined && Number(declared) > limit + DISCARDED) throw entityTooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit + DISCARDED) break;
    if (length <= limit) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (length > limit) throw entityTooLarge(limit);
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);
}
