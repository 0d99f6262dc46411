// What we put into folders of somebody else's containerd, written down first, and taken away again.
import { lstat, mkdir, readdir, readlink, rm, rmdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode, isMissing, readJsonFile, readTextFile, writeFileAtomic } from "@knots/host";

/** The note that outlives us: which containerd is used, and what was put where, in order. */
export interface SharedRecord {
  readonly socket: string;
  readonly made: readonly string[];
}

const recordPath = (dataDir: string): string => `${dataDir}/run/shared-containerd.json`;

/** The note of the cluster in `dataDir`; undefined when it uses a containerd of its own. */
export async function readSharedRecord(dataDir: string): Promise<SharedRecord | undefined> {
  return (await readJsonFile(recordPath(dataDir))) as SharedRecord | undefined;
}

export const writeSharedRecord = (dataDir: string, record: SharedRecord): Promise<void> =>
  writeFileAtomic(recordPath(dataDir), JSON.stringify(record));

export const removeSharedRecord = (dataDir: string): Promise<void> => rm(recordPath(dataDir), { force: true });

/** A file, or a link to a program of ours, that must be at `path`. */
export type Placed =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly target: string };

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Folders above `path` that are missing, the uppermost first. */
async function missingFolders(path: string): Promise<readonly string[]> {
  const folder = dirname(path);
  return (await isThere(folder)) ? [] : [...(await missingFolders(folder)), folder];
}

async function put(placed: Placed): Promise<void> {
  await mkdir(dirname(placed.path), { recursive: true, mode: 0o755 });
  if ("text" in placed) {
    if ((await readTextFile(placed.path)) === placed.text) return;
    return writeFileAtomic(placed.path, placed.text, { mode: 0o644, durable: false });
  }
  // Somebody else's program of the same name serves as well.
  await symlink(placed.target, placed.path).catch((error: unknown) => {
    if (!hasCode(error, "EEXIST")) throw error;
  });
}

/** Puts everything in place; what was there already, from us or others, stays. */
export async function place(dataDir: string, socket: string, wanted: readonly Placed[]): Promise<void> {
  const known = (await readSharedRecord(dataDir))?.made ?? [];
  const fresh: string[] = [];
  for (const { path } of wanted) {
    fresh.push(...(await missingFolders(path)));
    if (!(await isThere(path))) fresh.push(path);
  }
  await writeSharedRecord(dataDir, { socket, made: [...new Set([...known, ...fresh])] });
  for (const placed of wanted) await put(placed);
}

/** Takes away what the note names, as far as it is still ours: links into `dataDir`, files, and folders that are empty. */
export async function unplace(dataDir: string, { made }: SharedRecord): Promise<void> {
  for (const path of made.toReversed()) {
    const found = await lstat(path).catch(() => undefined);
    if (found?.isSymbolicLink()) {
      if ((await readlink(path)).startsWith(`${dataDir}/`)) await rm(path);
    } else if (found?.isDirectory()) {
      if ((await readdir(path)).length === 0) await rmdir(path);
    } else if (found) await rm(path);
  }
}

/** Plugins by name that none of the folders has. */
export async function missingPrograms(
  folders: readonly string[],
  names: readonly string[],
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const name of names) {
    const found = await Promise.all(folders.map((folder) => isThere(join(folder, name))));
    if (!found.includes(true)) missing.push(name);
  }
  return missing;
}
