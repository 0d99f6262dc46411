// Files that are either the old or the new version after a crash, never half of one.
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { platformRandom, uuid } from "@knots/std";

export interface AtomicOptions {
  /** Permission bits of the new file; 0600 when not given. */
  readonly mode?: number;
  /** Whether the bytes must survive a power cut before this resolves; true when not given. */
  readonly durable?: boolean;
  /** Whose the new file is; only root can give files away. */
  readonly owner?: Owner;
}

/** A user and its group, by number; neither needs a name. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Replaces `path` by rename within its folder, which is made (0700) when missing. The old file stays when anything fails. */
export async function writeFileAtomic(path: string, data: string | Uint8Array, options: AtomicOptions = {}) {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fresh = `${path}.${uuid(platformRandom)}.new`;
  try {
    const file = await open(fresh, "wx", options.mode ?? 0o600);
    try {
      if (options.owner) await file.chown(options.owner.uid, options.owner.gid);
      await file.writeFile(data);
      if (options.durable !== false) await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
  if (options.durable !== false) await syncFolder(folder);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The parsed file, or undefined when there is none. Broken JSON throws an error that names the file. */
export async function readJsonFile(path: string): Promise<unknown> {
  const text = await readTextFile(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${path} is not valid JSON`, { cause });
  }
}

/** The file's text, or undefined when there is none (also when its process or folder went away while reading). */
export async function readTextFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether a system call failed with this code, such as ENOENT. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}

/** ESRCH is how /proc says that a process ended between open and read. */
export function isMissing(error: unknown): boolean {
  return hasCode(error, "ENOENT", "ESRCH", "ENOTDIR");
}
