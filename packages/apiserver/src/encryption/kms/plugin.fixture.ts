// A KMS plugin in this process: its keys only turn bytes around, and it can fall ill, fall silent and change its key.
import type { SealedSeed } from "./messages.ts";
import type { KmsPlugin } from "./plugin.ts";

export interface FakeKms extends KmsPlugin {
  decrypt: KmsPlugin["decrypt"];
  /** The key that it encrypts with. */
  key: string;
  /** What it says of its health. */
  healthz: string;
  /** Whether it answers at all. */
  silent: boolean;
  /** Keys that it does not have any more. */
  readonly lost: Set<string>;
  /** How often it was asked to open a seed. */
  readonly decrypted: string[];
}

const turned = (bytes: Uint8Array): Uint8Array => bytes.map((byte) => byte ^ 0xff);

export function fakeKms(): FakeKms {
  const answer = async <T>(work: () => T): Promise<T> => {
    if (kms.silent) throw new Error("nobody answers");
    return work();
  };
  const kms: FakeKms = {
    key: "one",
    healthz: "ok",
    silent: false,
    lost: new Set(),
    decrypted: [],
    status: () => answer(() => ({ version: "v2", healthz: kms.healthz, keyId: kms.key })),
    encrypt: (plain) =>
      answer(() => ({ ciphertext: turned(plain), keyId: kms.key, annotations: { "note.example.com": turned(plain) } })),
    decrypt: ({ ciphertext, keyId, annotations }: SealedSeed) =>
      answer(() => {
        kms.decrypted.push(keyId);
        if (kms.lost.has(keyId)) throw new Error(`key ${keyId} is gone`);
        const noted = annotations["note.example.com"] ?? new Uint8Array();
        if (!noted.every((byte, at) => byte === ciphertext[at])) throw new Error("the annotation is missing");
        return turned(ciphertext);
      }),
    close: () => {},
  };
  return kms;
}
