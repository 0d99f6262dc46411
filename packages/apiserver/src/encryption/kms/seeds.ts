// Keys of values that a plugin has opened for us, so that it is asked once for each and not for each value.
import type { Clock } from "@knots/std";
import type { Ciphers, ValueCipher } from "../cipher.ts";
import { KEY, SEED, type SealedSeed, type StoredEnvelope } from "./messages.ts";
import type { KmsPlugin } from "./plugin.ts";

/** Most keys that are remembered. One is made at each start of a server, and with each new key of the plugin. */
const LIMIT = 1000;
/** Milliseconds before the plugin is asked again for a key that it did not give. */
const PAUSE = 10_000;
const KEY_ID_LIMIT = 1024;
const SEED_LIMIT = 1024;
const ANNOTATIONS_LIMIT = 32 * 1024;

export interface SeedsOptions {
  readonly plugin: KmsPlugin;
  readonly ciphers: Ciphers;
  readonly clock: Clock;
}

export interface Seeds {
  /** The cipher of a value; throws when its key was not opened yet, or could not be. */
  cipherOf(envelope: StoredEnvelope): ValueCipher;
  /** Asks for the key of a value; resolves when there is an answer. Undefined when the key is here, or was refused a moment ago. */
  open(envelope: StoredEnvelope): Promise<void> | undefined;
  /** Remembers a key that was made here. */
  remember(envelope: Omit<StoredEnvelope, "data">, cipher: ValueCipher): void;
}

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

function nameOf({ seed, type }: Omit<StoredEnvelope, "data">): string {
  const notes = Object.entries(seed.annotations).map(([name, value]) => JSON.stringify([name, text(value)]));
  return JSON.stringify([type, seed.keyId, text(seed.ciphertext), notes.toSorted((a, b) => (a < b ? -1 : 1))]);
}

/** Throws when a plugin's answer, or what was stored of one, is not what it may be. */
export function checkSeed({ ciphertext, keyId, annotations }: SealedSeed): void {
  if (keyId === "") throw new Error("failed to validate key id: keyID is empty");
  if (keyId.length > KEY_ID_LIMIT) throw new Error(`failed to validate key id: it has more than ${KEY_ID_LIMIT} bytes`);
  if (ciphertext.length === 0) throw new Error("failed to validate encrypted DEK source: it is empty");
  if (ciphertext.length > SEED_LIMIT)
    throw new Error(`failed to validate encrypted DEK source: it has more than ${SEED_LIMIT} bytes`);
  const size = Object.entries(annotations).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (size > ANNOTATIONS_LIMIT) throw new Error(`failed to validate annotations: more than ${ANNOTATIONS_LIMIT} bytes`);
}

function cipherFor(ciphers: Ciphers, type: number, plain: Uint8Array): ValueCipher {
  if (type === SEED) return ciphers.seeded(plain);
  if (type === KEY) return ciphers.aesgcm(plain);
  throw new Error(`unknown encryptedDEKSourceType: ${type}`);
}

export function keepSeeds({ plugin, ciphers, clock }: SeedsOptions): Seeds {
  const known = new Map<string, ValueCipher>();
  const asked = new Map<string, Promise<void>>();
  const faults = new Map<string, { readonly why: string; readonly until: number }>();
  const keep = (name: string, cipher: ValueCipher): void => {
    known.set(name, cipher);
    faults.delete(name);
    const [oldest] = known.keys();
    if (known.size > LIMIT && oldest !== undefined) known.delete(oldest);
  };
  const ask = async (name: string, { seed, type }: StoredEnvelope): Promise<void> => {
    try {
      checkSeed(seed);
      keep(name, cipherFor(ciphers, type, await plugin.decrypt(seed)));
    } catch (error) {
      if (faults.size >= LIMIT) faults.clear();
      const why = error instanceof Error ? error.message : String(error);
      faults.set(name, { why, until: clock.now() + PAUSE });
    } finally {
      asked.delete(name);
    }
  };
  return {
    cipherOf(envelope) {
      const name = nameOf(envelope);
      const cipher = known.get(name);
      if (cipher) return cipher;
      throw new Error(`failed to decrypt DEK, error: ${faults.get(name)?.why ?? "the plugin has not answered yet"}`);
    },
    open(envelope) {
      const name = nameOf(envelope);
      if (known.has(name) || clock.now() < (faults.get(name)?.until ?? 0)) return undefined;
      const running = asked.get(name) ?? ask(name, envelope);
      if (!asked.has(name)) asked.set(name, running);
      return running;
    },
    remember: (envelope, cipher) => keep(nameOf(envelope), cipher),
  };
}
