// Reads a request body up to a limit.
import type { Readable } from "node:stream";
import { entityTooLarge } from "../errors.ts";

/** The whole body; rejects with 413 as soon as it grows beyond `limit` bytes. */
export async function readAll(stream: Readable, limit: number, declared?: string): Promise<Uint8Array> {
  if (declared !== undefined && Number(declared) > limit) throw entityTooLarge(limit);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw entityTooLarge(limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);
}
