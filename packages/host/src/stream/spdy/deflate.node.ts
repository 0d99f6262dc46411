// Compression of SPDY headers: one context for a whole connection, flushed after each block.
import { constants, createDeflate } from "node:zlib";
import { SPDY_DICTIONARY } from "./dictionary.ts";

export interface HeaderCompressor {
  /** Blocks must be sent in the order in which they were compressed. */
  compress(block: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

export function createHeaderCompressor(): HeaderCompressor {
  const deflate = createDeflate({ dictionary: SPDY_DICTIONARY, flush: constants.Z_SYNC_FLUSH });
  return {
    compress: (block) =>
      new Promise((resolve, reject) => {
        deflate.write(block, (error) => {
          const bytes = deflate.read() as Buffer | null;
          if (error) reject(error);
          else resolve(bytes ?? new Uint8Array(0));
        });
      }),
    close: () => deflate.destroy(),
  };
}
