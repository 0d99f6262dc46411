// Makes a part ready under the data dir: resolve, download, unpack beside its place, then one rename.
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, isMissing, readJsonFile, writeFileAtomic } from "../files/atomic.node.ts";
import { run } from "../process/run.node.ts";
import { type AptOptions, defaultPartsCache, fetchPackages, installedPackages, resolvePackages } from "./apt.node.ts";
import { packageError } from "./error.ts";
import type { Part, PartDeclaration } from "./part.ts";
import { type DebianPackage, pathVersion } from "./resolve.ts";

export interface PartOptions extends AptOptions {
  readonly dataDir: string;
  /** Shared folder of downloaded packages; defaultPartsCache() when not given. */
  readonly cache?: string;
}

/** What the stamp of an unpacked part says. Its presence means that the part is whole. */
interface Stamp {
  readonly declaration: string;
  readonly version: string;
  readonly packages: readonly DebianPackage[];
  readonly libraries: readonly string[];
}

const stampName = ".knots-part.json";

/**
 * The part, unpacked under `<dataDir>/parts/<name>-<version>`. Instant and without a network once that is done;
 * a newer package in Debian is not taken up until the folder is removed. Rejects with PackageError.
 */
export async function ensurePart(declaration: PartDeclaration, options: PartOptions): Promise<Part> {
  const home = join(options.dataDir, "parts");
  const ready = await findUnpacked(declaration, home);
  if (ready) return ready;
  const resolved = await resolvePackages(declaration.packages, options);
  const wanted = await lackedByHost(declaration, resolved, options);
  const files = await fetchPackages(wanted, options.cache ?? defaultPartsCache(), options);
  const version = resolved.find((deb) => deb.name === declaration.packages[0])?.version ?? "unknown";
  options.progress?.(`unpacking ${declaration.name} ${version}`);
  const dir = join(home, `${declaration.name}-${pathVersion(version)}`);
  try {
    await unpackPart(files, dir, { declaration: hashOf(declaration), version, packages: wanted });
  } catch (error) {
    throw packageError(error, declaration.packages);
  }
  const part = await findUnpacked(declaration, home);
  if (!part) throw new Error(`${dir} vanished while it was being unpacked`);
  return part;
}

/** The part when it is unpacked already, else undefined. Never asks apt. */
export async function findUnpacked(declaration: PartDeclaration, home: string): Promise<Part | undefined> {
  for (const folder of await foldersIn(home)) {
    if (!folder.startsWith(`${declaration.name}-`)) continue;
    const stamp = await readStamp(join(home, folder));
    if (stamp?.declaration === hashOf(declaration)) return describe(declaration, join(home, folder), stamp);
  }
  return undefined;
}

/** The declared packages always, their dependencies only where this machine has not got them. */
async function lackedByHost(declaration: PartDeclaration, resolved: readonly DebianPackage[], options: AptOptions) {
  const installed = await installedPackages(options);
  return resolved.filter((deb) => declaration.packages.includes(deb.name) || !installed.has(deb.name));
}

async function unpackPart(files: readonly string[], dir: string, stamp: Omit<Stamp, "libraries">): Promise<void> {
  await mkdir(join(dir, "../.."), { recursive: true, mode: 0o700 });
  await mkdir(join(dir, ".."), { recursive: true, mode: 0o755 });
  await removeLeftovers(dir);
  const fresh = await mkdtemp(`${dir}.unpacking-`);
  try {
    for (const file of files) await run(["dpkg-deb", "--extract", file, fresh]);
    const libraries = await libraryFolders(fresh);
    await writeFileAtomic(join(fresh, stampName), JSON.stringify({ ...stamp, libraries }), { mode: 0o644 });
    await chmod(fresh, 0o755);
    // Whole already: somebody else unpacked the same part at the same time and was first.
    if ((await readStamp(dir))?.declaration === stamp.declaration) return;
    await rm(dir, { recursive: true, force: true });
    await rename(fresh, dir);
  } catch (error) {
    if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Halves of earlier attempts whose process was killed. A living rival is safe: it only loses the race. */
async function removeLeftovers(dir: string): Promise<void> {
  const home = join(dir, "..");
  for (const name of await foldersIn(home)) {
    const path = join(home, name);
    if (path.startsWith(`${dir}.unpacking-`) && (await olderThanAnHour(path))) {
      await rm(path, { recursive: true, force: true });
    }
  }
}

async function olderThanAnHour(path: string): Promise<boolean> {
  // The kernel dates entries of /proc now: a clock that needs no other source of time.
  const reference = await stat("/proc/self");
  const { mtimeMs } = await stat(path);
  return reference.mtimeMs - mtimeMs > 3_600_000;
}

const libraryPlaces = ["usr/lib", "lib"];

/** Folders of shared libraries that came with the part, relative to it. */
async function libraryFolders(dir: string): Promise<string[]> {
  const found: string[] = [];
  for (const place of libraryPlaces) {
    for (const name of ["", ...(await foldersIn(join(dir, place)))]) {
      const entries = await foldersIn(join(dir, place, name));
      if (entries.some((entry) => /\.so(\.|$)/.test(entry))) found.push(join(place, name));
    }
  }
  return found;
}

function describe(declaration: PartDeclaration, dir: string, stamp: Stamp): Part {
  const programs = Object.entries(declaration.programs).map(([name, path]) => [name, join(dir, path)] as const);
  const libraries = stamp.libraries.map((folder) => join(dir, folder)).join(":");
  return {
    name: declaration.name,
    version: stamp.version,
    dir,
    programs: Object.fromEntries(programs),
    env: libraries === "" ? {} : { LD_LIBRARY_PATH: libraries },
  };
}

async function readStamp(dir: string): Promise<Stamp | undefined> {
  const value = await readJsonFile(join(dir, stampName));
  return value === undefined ? undefined : (value as Stamp);
}

function hashOf(declaration: PartDeclaration): string {
  const { packages, programs } = declaration;
  return createHash("sha256").update(JSON.stringify({ packages, programs })).digest("hex");
}

async function foldersIn(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
