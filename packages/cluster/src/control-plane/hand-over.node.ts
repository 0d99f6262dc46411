// What root does for a control plane that runs as an unprivileged user: folders, keys, and parts that only root may unpack.
import { chmod, lchown, stat } from "node:fs/promises";
import { platformImages } from "@knots/delivery";
import {
  closedFolderAbove,
  ensurePart,
  isFresh,
  isMissing,
  type LeafRequest,
  type Owner,
  openIssuedPki,
  openPki,
  ownedFolder,
  parts,
  passableFolder,
  readableTree,
  stopDetached,
} from "@knots/host";
import type { Clock } from "@knots/std";
import { defaultEncryption } from "./encryption.node.ts";

/**
 * The user of control planes: a number without a name, outside of what Debian, systemd and subordinate ids give away
 * (60578 to 61183 is left to the administrator). Files show it; nothing else knows it.
 */
export const CONTROL_PLANE_USER = 60_643;

export interface HandOverOptions {
  readonly dataDir: string;
  readonly owner: Owner;
  /** Certificates of the control plane by name. */
  readonly certificates: Readonly<Record<string, LeafRequest>>;
  /** Whether Secrets are encrypted with a key of this data directory. */
  readonly ownEncryption: boolean;
  /** Present where the delivery platform runs: the folder of images that are made here. */
  readonly images?: string;
  readonly clock: Clock;
  readonly progress?: (detail: string) => void;
}

/** The data directory cannot be reached by the control plane's user: a folder above it is closed. */
export class ClosedFolderError extends Error {
  override readonly name = "ClosedFolderError";
  readonly folder: string;
  readonly user: number;
  constructor(folder: string, user: number) {
    super(`user ${user} may not enter ${folder}`);
    this.folder = folder;
    this.user = user;
  }
}

/** What the control plane writes, and nobody else. */
const OWNED = ["store", "git", "registry"];

/** Whether everything has been issued to the owner and lasts; looks at nothing that only root may know. */
async function allIssued({ dataDir, owner, certificates, clock }: HandOverOptions): Promise<boolean> {
  const folder = `${dataDir}/pki`;
  try {
    const pki = await openIssuedPki(folder);
    for (const [name, request] of Object.entries(certificates)) {
      const { certificate } = await pki.leaf(name, request);
      if (!isFresh(certificate, clock.now())) return false;
    }
    const keys = [...Object.keys(certificates), "sa", "registry-tokens/ca"].map((name) => `${folder}/${name}.key`);
    return (await Promise.all(keys.map((key) => stat(key)))).every(({ uid }) => uid === owner.uid);
  } catch {
    // Missing or for something else: issuing tells what is really wrong.
    return false;
  }
}

/** Issues what is missing or ends soon; the authority's own key stays root's. */
async function issueCertificates(options: HandOverOptions): Promise<void> {
  if (await allIssued(options)) return;
  const { dataDir, owner, certificates, clock } = options;
  const now = (): number => clock.now();
  const pki = await openPki(`${dataDir}/pki`, now);
  for (const [name, request] of Object.entries(certificates)) await pki.leaf(name, request, owner);
  await pki.tokenKey(owner);
  await openPki(`${dataDir}/pki/registry-tokens`, now);
  await chmod(`${dataDir}/pki/ca.crt`, 0o644);
  await ownedFolder(`${dataDir}/pki/registry-tokens`, owner);
}

/** A registry that an earlier version started as root. */
async function stopFormerRegistry(dataDir: string): Promise<void> {
  await stopDetached({ record: `${dataDir}/run/registry.json`, log: `${dataDir}/log/registry.log` });
}

/** What the platform reads, made by root: it is run by root, too. */
async function platformFiles(options: HandOverOptions, images: string): Promise<void> {
  const { dataDir, progress } = options;
  const report = progress && { progress };
  const part = await ensurePart(parts.registry, { dataDir, ...report });
  await chmod(`${dataDir}/parts`, 0o755);
  await readableTree(part.dir);
  for (const image of platformImages({ images, ...report })) if (image.inRegistry) await image.make();
  await readableTree(images);
}

/** Before root itself works there: the next hand-over then gives everything again, whatever root makes in between. */
export async function takeBack(dataDir: string): Promise<void> {
  for (const folder of OWNED) {
    await lchown(`${dataDir}/${folder}`, 0, 0).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  }
}

/** Makes everything ready; nothing changes where it is. Call it again now and then: it renews. Throws a ClosedFolderError. */
export async function handOver(options: HandOverOptions): Promise<void> {
  const { dataDir, owner, images, ownEncryption } = options;
  const closed = await closedFolderAbove(dataDir);
  if (closed !== undefined) throw new ClosedFolderError(closed, owner.uid);
  await passableFolder(dataDir);
  await passableFolder(`${dataDir}/pki`);
  await stopFormerRegistry(dataDir);
  for (const folder of OWNED) await ownedFolder(`${dataDir}/${folder}`, owner);
  await issueCertificates(options);
  if (ownEncryption) await defaultEncryption(dataDir, owner);
  if (images !== undefined) await platformFiles(options, images);
}
