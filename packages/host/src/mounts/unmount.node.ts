// Reads and undoes mounts of this process's mount namespace.
import { readFile, realpath } from "node:fs/promises";
import { run, tryRun } from "../process/run.node.ts";
import { type Mount, mountsBelow, parseMountinfo } from "./mountinfo.ts";

/** All mounts that this process sees. */
export async function listMounts(): Promise<Mount[]> {
  return parseMountinfo(await readFile("/proc/self/mountinfo", "utf8"));
}

export interface UnmountReport {
  readonly unmounted: readonly string[];
  /** Mounts that were busy and are only detached: somebody still uses them. */
  readonly detached: readonly string[];
}

/** Unmounts everything at the path and below. Busy mounts are detached (umount --lazy) and reported as such. */
export async function unmountBelow(path: string): Promise<UnmountReport> {
  return await unmountAll(mountsBelow(await listMounts(), await canonical(path)));
}

/** The same for what is mounted strictly below: the folder itself may be a file system that somebody gave it. */
export async function unmountInside(path: string): Promise<UnmountReport> {
  const own = await canonical(path);
  return await unmountAll(mountsBelow(await listMounts(), own).filter(({ point }) => point !== own));
}

async function unmountAll(mounts: readonly Mount[]): Promise<UnmountReport> {
  const unmounted: string[] = [];
  const detached: string[] = [];
  for (const { point } of mounts) {
    const { code } = await tryRun(["umount", "--no-canonicalize", "--", point]);
    if (code === 0) {
      unmounted.push(point);
    } else {
      await run(["umount", "--no-canonicalize", "--lazy", "--", point]);
      detached.push(point);
    }
  }
  return { unmounted, detached };
}

async function canonical(path: string): Promise<string> {
  return await realpath(path).catch(() => path);
}
