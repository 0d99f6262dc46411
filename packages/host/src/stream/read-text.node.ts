// Reads the text of an answer up to a limit.
import type { Readable } from "node:stream";

/** The first `limit` bytes as text; a source that breaks off gives what came. */
export async function readText(source: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= limit) break;
    }
  } catch {
    // What came before the break is all there is to tell.
  }
  source.destroy();
  return Buffer.concat(chunks).subarray(0, limit).toString("utf8");
}
