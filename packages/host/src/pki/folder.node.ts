// The `pki` folder of a data directory: one authority, leaf certificates by name, the key that signs service-account tokens.
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { type Owner, readTextFile, writeFileAtomic } from "../files/atomic.node.ts";
import { keptFile } from "../files/kept.node.ts";
import {
  certificateFits,
  createAuthority,
  isFresh,
  issueCertificate,
  type KeyPair,
  type LeafRequest,
} from "./certificate.node.ts";

/** Certificates kept as files. All calls are safe to repeat: what is there and good is returned as it is. */
export interface PkiFolder {
  /** The certificate of the authority. */
  readonly authority: Pick<KeyPair, "certificate">;
  /** The certificate `name`, made or renewed when it is missing, ends soon, or no longer fits the request. */
  leaf(name: string, request: LeafRequest): Promise<KeyPair>;
  /** PEM of the P-256 key that signs service-account tokens. */
  tokenKey(): Promise<string>;
}

/** A folder whose authority can sign. Keys are 0600, and of the owner where one is given. */
export interface Pki extends PkiFolder {
  readonly authority: KeyPair;
  leaf(name: string, request: LeafRequest, owner?: Owner): Promise<KeyPair>;
  tokenKey(owner?: Owner): Promise<string>;
}

async function readPair(folder: string, name: string): Promise<KeyPair | undefined> {
  const [certificate, key] = await Promise.all([
    readTextFile(join(folder, `${name}.crt`)),
    readTextFile(join(folder, `${name}.key`)),
  ]);
  return certificate !== undefined && key !== undefined ? { certificate, key } : undefined;
}

async function writePair(folder: string, name: string, pair: KeyPair, owner?: Owner): Promise<KeyPair> {
  const whose = owner && { owner };
  await writeFileAtomic(join(folder, `${name}.key`), pair.key, { ...whose });
  await writeFileAtomic(join(folder, `${name}.crt`), pair.certificate, { mode: 0o644, ...whose });
  return pair;
}

/** Opens the folder, making the authority on first use. `now` gives milliseconds since the epoch. */
export async function openPki(folder: string, now: () => number): Promise<Pki> {
  const authority =
    (await readPair(folder, "ca")) ?? (await writePair(folder, "ca", await createAuthority("knots-ca", now())));
  return {
    authority,
    async leaf(name, request, owner) {
      const present = await readPair(folder, name);
      if (!(present && isFresh(present.certificate, now()) && certificateFits(present.certificate, request, authority)))
        return writePair(folder, name, await issueCertificate(authority, request, now()), owner);
      await keptFile(join(folder, `${name}.key`), () => present.key, owner);
      return present;
    },
    tokenKey: (owner) => keptFile(join(folder, "sa.key"), newTokenKey, owner),
  };
}

function newTokenKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** What has been issued so far, for a process that may not sign: whoever may renews the files, and they are read anew each time. */
export async function openIssuedPki(folder: string): Promise<PkiFolder> {
  const certificate = await readTextFile(join(folder, "ca.crt"));
  if (certificate === undefined) throw new Error(`${folder} has no authority`);
  const authority = { certificate };
  return {
    authority,
    async leaf(name, request) {
      const present = await readPair(folder, name);
      if (present && certificateFits(present.certificate, request, authority)) return present;
      throw new Error(`${join(folder, name)}.crt is missing or was issued for something else`);
    },
    async tokenKey() {
      const key = await readTextFile(join(folder, "sa.key"));
      if (key === undefined) throw new Error(`${folder} has no key for service-account tokens`);
      return key;
    },
  };
}
