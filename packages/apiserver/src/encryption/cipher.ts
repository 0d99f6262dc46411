// Encryption of values as a port: what turns bytes into bytes that only a key's holder can read.

/** One key at work. */
export interface ValueCipher {
  /** Encrypts with a fresh random nonce, which the answer starts with. `associated` is bound to it where the cipher can do that. */
  seal(plain: Uint8Array, associated: Uint8Array): Uint8Array;
  /** Throws when the bytes were not made by `seal` with this key (and, where the cipher binds it, this `associated`). */
  open(sealed: Uint8Array, associated: Uint8Array): Uint8Array;
}

/** Makes a cipher of a key. */
export interface Ciphers {
  /** AES-GCM, key of 16, 24 or 32 bytes: nonce (12), ciphertext, tag (16). Binds `associated`. */
  aesgcm(key: Uint8Array): ValueCipher;
  /** AES-CBC, same keys: initial vector (16), ciphertext padded to blocks of 16. Authenticates nothing. */
  aescbc(key: Uint8Array): ValueCipher;
  /** XSalsa20-Poly1305, key of 32 bytes: nonce (24), tag (16), ciphertext. Binds nothing. */
  secretbox(key: Uint8Array): ValueCipher;
  /** AES-256-GCM with a key of its own for each value: HKDF's expansion (SHA-256) of the seed by 32 random bytes, which stand in front. */
  seeded(seed: Uint8Array): ValueCipher;
  random(length: number): Uint8Array;
}
