// Empty directories that live as long as the pod: on disk or in memory.
import { chmod, chown, lchown, lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { EmptyDirVolumeSource } from "@knots/api";
import { quantityValue } from "@knots/machinery";
import { VolumeError } from "./error.ts";
import { ensureTmpfs } from "./tmpfs.node.ts";

/** Anybody may write: containers run as users that the node does not know. */
const MODE = 0o777;

/** Makes the directory; what is in it stays. With a group, everything in it belongs to that group. */
export async function makeEmptyDir(path: string, source: EmptyDirVolumeSource, group?: number): Promise<void> {
  const { medium = "", sizeLimit } = source;
  if (medium === "Memory") {
    const size = sizeLimit === undefined ? 0 : quantityValue(sizeLimit);
    await ensureTmpfs(path, { mode: MODE, ...(size > 0 && { size }) });
  } else if (medium === "") {
    await mkdir(path, { recursive: true, mode: 0o750 });
    await chmod(path, MODE);
  } else {
    throw new VolumeError(`unknown storage medium "${medium}"`);
  }
  if (group !== undefined) await own(path, group);
}

/** Gives a tree to a group, which may read and write it; new files inherit the group. */
async function own(path: string, group: number): Promise<void> {
  const { uid, gid, mode } = await lstat(path);
  const wanted = (mode & 0o7777) | 0o2770;
  if (gid === group && (mode & 0o7777) === wanted) return;
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const each = join(entry.parentPath, entry.name);
    const found = await lstat(each);
    await lchown(each, found.uid, group);
    if (!entry.isSymbolicLink()) await chmod(each, (found.mode & 0o7777) | (entry.isDirectory() ? 0o2770 : 0o660));
  }
  // The root last: it says that the tree is done.
  await chown(path, uid, group);
  await chmod(path, wanted);
}
