// Folders that root hands to an unprivileged user, and the way to them.
import { chmod, lchown, lstat, mkdir, readdir, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Owner } from "./atomic.node.ts";

const ENTER = 0o1;
const READ_AND_ENTER = 0o5;

/** The uppermost folder above `path`, which exists, that a user of no group may not enter; undefined when the way is free. */
export async function closedFolderAbove(path: string): Promise<string | undefined> {
  return closedAbove(await realpath(path));
}

async function closedAbove(path: string): Promise<string | undefined> {
  const parent = dirname(path);
  if (parent === path) return undefined;
  const above = await closedAbove(parent);
  if (above !== undefined) return above;
  return ((await stat(parent)).mode & ENTER) === 0 ? parent : undefined;
}

/** Makes a folder of root's that others may enter but not list. An earlier, narrower mode is widened. */
export async function passableFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o711 });
  const { mode } = await stat(path);
  if ((mode & ENTER) === 0) await chmod(path, (mode & 0o777) | 0o011);
}

/**
 * Makes a folder (0700) that belongs to `owner`. When it was somebody else's, all that is in it is given too: nobody may work in it meanwhile. When it is the
 * owner's already, only files of root directly inside are given, as an administrator's command may leave them, and none that has a second name: the owner
 * may have planted it. Links are never followed.
 */
export async function ownedFolder(path: string, owner: Owner): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { uid } = await lstat(path);
  if (uid !== owner.uid) await giveTree(path, owner);
  else await giveFiles(path, owner);
  await lchown(path, owner.uid, owner.gid);
}

/** The folder itself comes last: it tells whether all of it was given. */
async function giveTree(folder: string, owner: Owner): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await giveTree(path, owner);
    await lchown(path, owner.uid, owner.gid);
  }
}

async function giveFiles(folder: string, owner: Owner): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await lstat(path);
    if (found.isFile() && found.uid === 0 && found.nlink === 1) await lchown(path, owner.uid, owner.gid);
  }
}

/** Lets everybody read a folder with all that is in it. Nothing is given where it is given already. */
export async function readableTree(folder: string): Promise<void> {
  await grant(folder, READ_AND_ENTER);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await readableTree(path);
    else if (entry.isFile()) await grant(path, 0o4);
  }
}

async function grant(path: string, bits: number): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & bits) !== bits) await chmod(path, (mode & 0o7777) | bits | (bits << 3));
}
