// The `pki` folder of a data directory: one authority, leaf certificates by name, the key that signs service-account tokens.
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { readTextFile, writeFileAtomic } from "../files/atomic.node.ts";
import {
  certificateFits,
  createAuthority,
  isFresh,
  issueCertificate,
  type KeyPair,
  type LeafRequest,
} from "./certificate.node.ts";

/** Certificates kept as files (0600). All calls are safe to repeat: what is there and good is returned as it is. */
export interface PkiFolder {
  readonly authority: KeyPair;
  /** The certificate `name`, made or renewed when it is missing, ends soon, or no longer fits the request. */
  leaf(name: string, request: LeafRequest): Promise<KeyPair>;
  /** PEM of the P-256 key that signs service-account tokens. */
  tokenKey(): Promise<string>;
}

async function readPair(folder: string, name: string): Promise<KeyPair | undefined> {
  const [certificate, key] = await Promise.all([
    readTextFile(join(folder, `${name}.crt`)),
    readTextFile(join(folder, `${name}.key`)),
  ]);
  return certificate !== undefined && key !== undefined ? { certificate, key } : undefined;
}

async function writePair(folder: string, name: string, pair: KeyPair): Promise<KeyPair> {
  await writeFileAtomic(join(folder, `${name}.key`), pair.key);
  await writeFileAtomic(join(folder, `${name}.crt`), pair.certificate);
  return pair;
}

/** Opens the folder, making the authority on first use. `now` gives milliseconds since the epoch. */
export async function openPki(folder: string, now: () => number): Promise<PkiFolder> {
  const authority =
    (await readPair(folder, "ca")) ?? (await writePair(folder, "ca", await createAuthority("knots-ca", now())));
  return {
    authority,
    async leaf(name, request) {
      const present = await readPair(folder, name);
      if (present && isFresh(present.certificate, now()) && certificateFits(present.certificate, request, authority))
        return present;
      return writePair(folder, name, await issueCertificate(authority, request, now()));
    },
    async tokenKey() {
      const path = join(folder, "sa.key");
      const present = await readTextFile(path);
      if (present !== undefined) return present;
      const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const made = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      await writeFileAtomic(path, made);
      return made;
    },
  };
}
