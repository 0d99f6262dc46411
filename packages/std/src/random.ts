// Randomness and ids as a parameter: a seeded source for simulations, the platform's for production.

/** The only source of randomness. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  /** `length` random bytes; unpredictable only from the platform's source. */
  bytes(length: number): Uint8Array;
}

function fromWords(word: () => number): Random {
  const next = (): number => word() / 0x1_0000_0000;
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    bytes: (length) => Uint8Array.from({ length }, () => word() & 0xff),
  };
}

/** A reproducible source (sfc32): the same seed gives the same sequence on every platform. */
export function seededRandom(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, seed | 0 || 1];
  const word = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 15; round++) word();
  return fromWords(word);
}

/** Bytes that are asked of the platform at once: asking costs far more than the bytes. */
const POOL = 4096;

/** Hands out the platform's random bytes, each once. */
function pooledBytes(): (length: number) => Uint8Array {
  const pool = new Uint8Array(POOL);
  let used = POOL;
  return (length) => {
    if (length > POOL) return crypto.getRandomValues(new Uint8Array(length));
    if (used + length > POOL) {
      crypto.getRandomValues(pool);
      used = 0;
    }
    const bytes = pool.slice(used, used + length);
    // What was handed out does not stay in memory for others to find.
    pool.fill(0, used, used + length);
    used += length;
    return bytes;
  };
}

function platformSource(): Random {
  const bytes = pooledBytes();
  const word = (): number => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes(4);
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  };
  return { ...fromWords(word), bytes };
}

/** The platform's cryptographic source. */
export const platformRandom: Random = platformSource();

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** A version 4 UUID (RFC 9562). */
export function uuid(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  let hex = "";
  for (const byte of bytes) hex += HEX[byte];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Letters and digits of generated names: no vowels and no look-alikes, as upstream's name generator. */
const NAME_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** A suffix of `length` characters for generated object names. */
export function nameSuffix(random: Random, length = 5): string {
  return Array.from({ length }, () => NAME_ALPHABET[random.below(NAME_ALPHABET.length)]).join("");
}

/** Writes a number in the alphabet of generated names, as pod-template hashes are. */
export function safeEncode(text: string): string {
  return Array.from(text, (character) => NAME_ALPHABET[character.charCodeAt(0) % NAME_ALPHABET.length]).join("");
}
