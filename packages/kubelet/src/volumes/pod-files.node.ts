// Files that every pod has besides its volumes: /etc/hosts and termination messages; and how all of a pod's files go away.
import { chmod, mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isMissing, listMounts, mountsBelow, readTextFile, unmountBelow, writeFileAtomic } from "@knots/host";
import { VolumeError } from "./error.ts";
import { type PodPaths, podsFolder } from "./paths.node.ts";

/** Writes the file in place: containers that run see the change through their mount. */
export async function writeHosts(path: string, text: string): Promise<void> {
  const present = await readTextFile(path);
  if (present === text) return;
  if (present === undefined) return await writeFileAtomic(path, text, { mode: 0o644, durable: false });
  const file = await open(path, "r+");
  try {
    await file.writeFile(text);
    await file.truncate(Buffer.byteLength(text));
  } finally {
    await file.close();
  }
}

/** Makes the file that a run of a container writes its last words to; any user may write. */
export async function makeTerminationLog(paths: PodPaths, container: string, run: string): Promise<string> {
  const folder = paths.container(container);
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const path = join(folder, run);
  await (await open(path, "a", 0o666)).close();
  await chmod(path, 0o666);
  return path;
}

/** Undoes the pod's mounts, then removes its files; refuses to remove anything while a mount is left. */
export async function removePodFiles(root: string): Promise<void> {
  await unmountBelow(root);
  const left = mountsBelow(await listMounts(), root)[0];
  if (left) throw new VolumeError(`${left.point} is still mounted`);
  await rm(root, { recursive: true, force: true });
}

/** The uids of all pods that have files here. */
export async function podsWithFiles(kubeletRoot: string): Promise<readonly string[]> {
  try {
    return await readdir(podsFolder(kubeletRoot));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
