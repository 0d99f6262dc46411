// What the registry has on disk: images by repository with tags, age and size. Its API tells neither age nor size.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isMissing } from "@knots/host";
import type { StoredImage } from "../releases/garbage.ts";

export interface RegistryUsage {
  /** Bytes of all blobs, each counted once. */
  readonly bytes: number;
  /** Bytes of each repository's blobs; those that several share are counted in each. */
  readonly repositories: Readonly<Record<string, number>>;
}

interface Found {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly pushedAt: number;
  readonly blobs: ReadonlyMap<string, number>;
}

/** All images, with the bytes that no other image shares; `storage` is the registry's folder. An image that vanishes meanwhile is left out. */
export async function storedImages(storage: string): Promise<readonly StoredImage[]> {
  const found = await findImages(storage);
  const users = new Map<string, number>();
  for (const { blobs } of found) for (const digest of blobs.keys()) users.set(digest, (users.get(digest) ?? 0) + 1);
  return found.map(({ blobs, ...image }) => {
    const own = [...blobs].filter(([digest]) => users.get(digest) === 1);
    return { ...image, bytes: own.reduce((sum, [, size]) => sum + size, 0) };
  });
}

/** Disk usage, for people. */
export async function registryUsage(storage: string): Promise<RegistryUsage> {
  const all = new Map<string, number>();
  const repositories = new Map<string, Map<string, number>>();
  for (const { repository, blobs } of await findImages(storage)) {
    const own = repositories.get(repository) ?? new Map<string, number>();
    for (const [digest, size] of blobs) {
      all.set(digest, size);
      own.set(digest, size);
    }
    repositories.set(repository, own);
  }
  const sum = (sizes: ReadonlyMap<string, number>): number =>
    [...sizes.values()].reduce((total, size) => total + size, 0);
  return {
    bytes: sum(all),
    repositories: Object.fromEntries([...repositories].map(([name, sizes]) => [name, sum(sizes)])),
  };
}

const top = (storage: string): string => join(storage, "docker/registry/v2");

async function findImages(storage: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const repository of await repositoriesOf(storage)) {
    const folder = join(top(storage), "repositories", repository, "_manifests");
    const tags = await tagsOf(folder);
    for (const hex of await namesIn(join(folder, "revisions/sha256"))) {
      const digest = `sha256:${hex}`;
      const pushedAt = await pushTime(join(folder, "revisions/sha256", hex, "link"));
      const blobs = pushedAt === undefined ? undefined : await blobsOf(storage, digest);
      if (pushedAt === undefined || !blobs) continue;
      found.push({ repository, digest, tags: tags.get(digest) ?? [], pushedAt, blobs });
    }
  }
  return found;
}

/** Names of repositories: our own have two elements. */
async function repositoriesOf(storage: string): Promise<string[]> {
  const folder = join(top(storage), "repositories");
  const names: string[] = [];
  for (const namespace of await namesIn(folder)) {
    for (const name of await namesIn(join(folder, namespace))) names.push(`${namespace}/${name}`);
  }
  return names;
}

/** Tags by the digest that they show. */
async function tagsOf(folder: string): Promise<ReadonlyMap<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const tag of await namesIn(join(folder, "tags"))) {
    const digest = await textOf(join(folder, "tags", tag, "current/link"));
    if (digest !== undefined) found.set(digest, [...(found.get(digest) ?? []), tag]);
  }
  return found;
}

/** Blobs of an image with their sizes, its manifest among them; undefined when the manifest is gone. */
async function blobsOf(storage: string, digest: string): Promise<ReadonlyMap<string, number> | undefined> {
  const text = await textOf(blobFile(storage, digest));
  if (text === undefined) return undefined;
  const { config, layers = [] } = JSON.parse(text) as { config?: Part; layers?: readonly Part[] };
  const parts = [...layers, ...(config ? [config] : [])].map(({ digest: one, size }) => [one, size] as const);
  return new Map([[digest, Buffer.byteLength(text)], ...parts]);
}

interface Part {
  readonly digest: string;
  readonly size: number;
}

function blobFile(storage: string, digest: string): string {
  const hex = digest.slice("sha256:".length);
  return join(top(storage), "blobs/sha256", hex.slice(0, 2), hex, "data");
}

async function pushTime(path: string): Promise<number | undefined> {
  return await unlessMissing(async () => (await stat(path)).mtimeMs);
}

const textOf = (path: string): Promise<string | undefined> => unlessMissing(() => readFile(path, "utf8"));

async function namesIn(folder: string): Promise<string[]> {
  return ((await unlessMissing(() => readdir(folder))) ?? []).sort();
}

async function unlessMissing<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
