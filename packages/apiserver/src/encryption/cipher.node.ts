// The ciphers on Node, in upstream's byte layouts. XSalsa20 is not in OpenSSL and comes from a library.
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from "node:crypto";
import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import type { Ciphers, ValueCipher } from "./cipher.ts";

const BLOCK = 16;
const TAG = 16;
const GCM_NONCE = 12;
const BOX_NONCE = 24;
/** Bytes from which the key of one value is made, and fewest bytes of a seed. */
const INFO = 32;

function requireLength(sealed: Uint8Array, least: number): void {
  if (sealed.length < least) throw new Error("the stored data was shorter than the required size");
}

function unauthentic(cause: unknown): Error {
  return new Error("cipher: message authentication failed", { cause });
}

function aesgcm(bytes: Uint8Array): ValueCipher {
  const key = createSecretKey(bytes);
  const name = `aes-${(bytes.length * 8) as 128 | 192 | 256}-gcm` as const;
  return {
    seal(plain, associated) {
      const nonce = randomBytes(GCM_NONCE);
      const cipher = createCipheriv(name, key, nonce, { authTagLength: TAG }).setAAD(associated);
      return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open(sealed, associated) {
      requireLength(sealed, GCM_NONCE + TAG);
      const end = sealed.length - TAG;
      const cipher = createDecipheriv(name, key, sealed.subarray(0, GCM_NONCE), { authTagLength: TAG });
      cipher.setAAD(associated).setAuthTag(sealed.subarray(end));
      const plain = cipher.update(sealed.subarray(GCM_NONCE, end));
      try {
        return Buffer.concat([plain, cipher.final()]);
      } catch (error) {
        throw unauthentic(error);
      }
    },
  };
}

function aescbc(bytes: Uint8Array): ValueCipher {
  const key = createSecretKey(bytes);
  const name = `aes-${bytes.length * 8}-cbc`;
  return {
    seal(plain) {
      const start = randomBytes(BLOCK);
      const cipher = createCipheriv(name, key, start);
      return Buffer.concat([start, cipher.update(plain), cipher.final()]);
    },
    open(sealed) {
      requireLength(sealed, BLOCK);
      if (sealed.length % BLOCK !== 0) throw new Error("the stored data is not a multiple of the block size");
      const cipher = createDecipheriv(name, key, sealed.subarray(0, BLOCK));
      try {
        return Buffer.concat([cipher.update(sealed.subarray(BLOCK)), cipher.final()]);
      } catch (cause) {
        throw new Error("invalid padding on input", { cause });
      }
    },
  };
}

function secretbox(key: Uint8Array): ValueCipher {
  return {
    seal(plain) {
      const nonce = randomBytes(BOX_NONCE);
      return Buffer.concat([nonce, xsalsa20poly1305(key, nonce).encrypt(plain)]);
    },
    open(sealed) {
      requireLength(sealed, BOX_NONCE + TAG);
      const box = xsalsa20poly1305(key, sealed.subarray(0, BOX_NONCE));
      try {
        return box.decrypt(sealed.subarray(BOX_NONCE));
      } catch (error) {
        throw unauthentic(error);
      }
    },
  };
}

function seeded(seed: Uint8Array): ValueCipher {
  if (seed.length < INFO) throw new Error(`invalid seed length ${seed.length} used for key generation`);
  // The first block of the expansion is all that a key of 32 bytes needs.
  const cipherFor = (info: Uint8Array): ValueCipher =>
    aesgcm(createHmac("sha256", seed).update(info).update(Uint8Array.of(1)).digest());
  return {
    seal(plain, associated) {
      const info = randomBytes(INFO);
      return Buffer.concat([info, cipherFor(info).seal(plain, associated)]);
    },
    open(sealed, associated) {
      requireLength(sealed, INFO);
      return cipherFor(sealed.subarray(0, INFO)).open(sealed.subarray(INFO), associated);
    },
  };
}

export const nodeCiphers: Ciphers = { aesgcm, aescbc, secretbox, seeded, random: randomBytes };
