// The checksum of everything on disk: CRC-32, continued from a seed.

import { crc32 } from "node:zlib";

/** The checksum of `bytes` after whatever gave `seed`; 32 bits, unsigned. */
export function checksum(bytes: Uint8Array, seed: number): number {
  return crc32(bytes, seed);
}
