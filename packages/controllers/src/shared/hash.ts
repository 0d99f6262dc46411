// Short names for contents: equal texts get equal ones.
import { safeEncode } from "@knots/std";

/** 32-bit FNV-1a. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** A short name for `text`; `collisions` gives another one after a clash. */
export const shortHash = (text: string, collisions: number): string =>
  safeEncode(String(fnv1a(collisions > 0 ? `${text}#${collisions}` : text)));
