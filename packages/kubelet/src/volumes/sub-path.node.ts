// A path inside a volume as a mount of its own, safe against links that a container plants while we look.
import { constants } from "node:fs";
import { chmod, type FileHandle, mkdir, open, readlink, realpath, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasCode, isMissing, run } from "@knots/host";
import { CreateContainerConfigError } from "../env/error.ts";
import { isMountPoint } from "./tmpfs.node.ts";

/** Opens a place without its content; fs.constants has no name for it. */
const O_PATH = 0o10000000;

export interface SubPathRequest {
  /** The volume on the node. */
  readonly volume: string;
  /** Path inside it. */
  readonly subPath: string;
  /** Where it is mounted for the container. */
  readonly target: string;
}

const descriptor = (handle: FileHandle): string => `/proc/self/fd/${handle.fd}`;

/** Refuses absolute paths and steps backwards, in upstream's words. */
export function checkSubPath(subPath: string): void {
  if (subPath.startsWith("/"))
    throw new CreateContainerConfigError(`error SubPath \`${subPath}\` must not be an absolute path`);
  if (subPath.split("/").includes(".."))
    throw new CreateContainerConfigError(`unable to provision SubPath \`${subPath}\`: must not contain '..'`);
}

/** Where an open place really is must be below the volume: links may have led elsewhere. */
async function checkInside(handle: FileHandle, base: string): Promise<void> {
  const real = await readlink(descriptor(handle));
  if (real !== base && !real.startsWith(`${base}/`))
    throw new Error(`subpath "${real}" not within volume path "${base}"`);
}

/** Opens one step below an open folder, making a folder when nothing is there. */
async function step(from: FileHandle, name: string, mode: number): Promise<FileHandle> {
  const path = join(descriptor(from), name);
  try {
    return await open(path, O_PATH);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
    return await open(path, O_PATH | constants.O_NOFOLLOW);
  }
  const made = await open(path, O_PATH | constants.O_NOFOLLOW);
  // The process's mask has taken bits away; through the handle nobody can put something else in its place.
  await chmod(descriptor(made), mode);
  return made;
}

/** Walks to the place by open handles, so that nothing that is renamed on the way can lead out of the volume. */
async function openInside(volume: string, subPath: string): Promise<FileHandle> {
  const base = await realpath(volume);
  let place = await open(base, O_PATH);
  try {
    const { mode } = await stat(base);
    for (const name of subPath.split("/").filter((part) => part !== "" && part !== ".")) {
      const next = await step(place, name, mode & 0o7777);
      await place.close();
      place = next;
      await checkInside(place, base);
    }
    return place;
  } catch (error) {
    await place.close();
    throw error;
  }
}

async function makeTarget(target: string, folder: boolean): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o750 });
  if (folder) await mkdir(target, { recursive: true, mode: 0o750 });
  else await writeFile(target, "", { mode: 0o640, flag: "a" });
}

/** Mounts the place at the target, once; a folder is made inside the volume when nothing is there. */
export async function mountSubPath({ volume, subPath, target }: SubPathRequest): Promise<void> {
  checkSubPath(subPath);
  if (await isMountPoint(target)) return;
  const place = await openInside(volume, subPath);
  try {
    await makeTarget(target, (await place.stat()).isDirectory());
    await run(["mount", "--no-canonicalize", "--bind", `/proc/${process.pid}/fd/${place.fd}`, target]);
  } finally {
    await place.close();
  }
}
