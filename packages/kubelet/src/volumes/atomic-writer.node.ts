// Replaces all files of a volume at one instant: readers see the old version or the new one, never a mixture.
import {
  chmod,
  chown,
  lchown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { isMissing } from "@knots/host";
import { formatTime } from "@knots/std";
import { VolumeError } from "./error.ts";
import type { Payload, PayloadFile } from "./payload.ts";

/*
 * The layout is upstream's, which programs know:
 *   ..2026_01_01_12_00_00.x1Y2z3/   one version; never changed after `..data` points to it
 *   ..data -> ..2026_01_01_12_00_00.x1Y2z3
 *   name -> ..data/name              for each first path element
 */
const DATA = "..data";
const NEXT = "..data_tmp";

export interface WriteOptions {
  /** Wall clock (milliseconds) that the version is named for. */
  readonly now: number;
  /** Group that owns the files, which it may then read. */
  readonly group?: number;
}

/** Writes the payload unless the volume holds it already; answers whether anything changed. The folder must exist. */
export async function writePayload(folder: string, payload: Payload, options: WriteOptions): Promise<boolean> {
  for (const path of payload.keys()) checkPath(path);
  const current = await linkTarget(join(folder, DATA));
  if (current !== undefined && (await holds(join(folder, current), payload, options))) {
    await linkNames(folder, payload);
    return false;
  }
  const version = await newVersion(folder, payload, options);
  await rm(join(folder, NEXT), { force: true });
  await symlink(version, join(folder, NEXT));
  await rename(join(folder, NEXT), join(folder, DATA));
  await linkNames(folder, payload);
  await removeOldVersions(folder, version);
  return true;
}

function checkPath(path: string): void {
  const parts = path.split("/");
  if (path === "" || path.startsWith("/") || parts.includes("..")) throw new VolumeError(`invalid path: ${path}`);
  if (parts[0]?.startsWith("..")) throw new VolumeError(`invalid path: must not start with '..': ${path}`);
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function modeOf(file: PayloadFile, { group }: WriteOptions): number {
  return group === undefined ? file.mode : file.mode | 0o440;
}

/** Whether the version on disk is the payload: the same paths, bytes, permissions and owners. */
async function holds(folder: string, payload: Payload, options: WriteOptions): Promise<boolean> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    if (entries.filter((entry) => !entry.isDirectory()).length !== payload.size) return false;
    for (const [path, file] of payload) if (!(await isFile(join(folder, path), file, options))) return false;
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function isFile(path: string, file: PayloadFile, options: WriteOptions): Promise<boolean> {
  const { mode, size, uid, gid } = await stat(path);
  if (size !== file.bytes.length || (mode & 0o777) !== modeOf(file, options)) return false;
  if (uid !== (file.uid ?? 0) || gid !== (options.group ?? 0)) return false;
  return (await readFile(path)).equals(file.bytes);
}

async function newVersion(folder: string, payload: Payload, options: WriteOptions): Promise<string> {
  const { now, group = 0 } = options;
  const stamp = formatTime(now).slice(0, 19).replaceAll(/[-T:]/g, "_");
  const version = await mkdtemp(join(folder, `..${stamp}.`));
  const folders = new Set([version]);
  for (const [path, file] of payload) {
    const target = join(version, path);
    for (let above = dirname(target); above.length > version.length; above = dirname(above)) folders.add(above);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, file.bytes, { mode: 0o600, flag: "wx" });
    await chown(target, file.uid ?? 0, group);
    await chmod(target, modeOf(file, options));
  }
  for (const each of folders) {
    await chown(each, 0, group);
    await chmod(each, group === 0 ? 0o755 : 0o2775);
  }
  return version.slice(folder.length + 1);
}

/** Names for people and programs: one link for each first path element; links of what is gone are removed. */
async function linkNames(folder: string, payload: Payload): Promise<void> {
  const wanted = new Set([...payload.keys()].map((path) => path.split("/")[0] ?? ""));
  const present = (await readdir(folder)).filter((name) => !name.startsWith(".."));
  for (const name of wanted) {
    if (present.includes(name)) continue;
    await symlink(join(DATA, name), join(folder, name));
    await lchown(join(folder, name), 0, 0);
  }
  for (const name of present) if (!wanted.has(name)) await rm(join(folder, name), { recursive: true, force: true });
}

async function removeOldVersions(folder: string, current: string): Promise<void> {
  const old = (await readdir(folder)).filter((name) => /^\.\.\d{4}_/.test(name) && name !== current);
  for (const name of old) await rm(join(folder, name), { recursive: true, force: true });
}
