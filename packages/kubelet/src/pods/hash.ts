// Short hashes that name declarations: equal ones have equal hashes, in any process.
import type { Container } from "@knots/api";

/** 32-bit FNV-1a of UTF-16 code units, in hexadecimal. */
export function textHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

/** Names what a running container cannot change without a restart: as upstream, its image. */
export function containerHash({ name, image }: Container): string {
  return textHash(`${name}\n${image ?? ""}`);
}
