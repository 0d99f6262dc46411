// Turns a recipe's items into layer entries, with the shared libraries of every program among them.
import { lstat, open, readdir, readFile, readlink, realpath, stat } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { isMissing } from "../files/atomic.node.ts";
import { run } from "../process/run.node.ts";
import { cleanPath, type LayerEntry } from "./entry.ts";
import { parseLibraries } from "./libraries.ts";
import type { ImageRecipe, RecipeItem } from "./recipe.ts";

/** `root` holds the unpacked packages. Rejects when an item or a library is missing, naming it. */
export async function collectEntries(recipe: ImageRecipe, root: string): Promise<LayerEntry[]> {
  const entries = new Map<string, LayerEntry>();
  const add = (entry: LayerEntry) => entries.set(merged(cleanPath(entry.path)), { ...entry, path: merged(entry.path) });
  for (const item of recipe.items) {
    if ("applets" in item) for (const entry of await appletLinks(item, root, entries)) add(entry);
    else for (const entry of await itemEntries(item, root)) add(entry);
  }
  for (const entry of await libraryEntries([...entries.values()], root, recipe.name)) add(entry);
  return [...entries.values()];
}

const mergedFolders = new Set(["bin", "sbin", "lib", "lib64"]);

/** Debian's packages still say `lib/...`, where its systems have only `usr/lib`, with a link at the old place. */
function merged(path: string): string {
  const [first = "", ...rest] = path.split("/");
  return rest.length > 0 && mergedFolders.has(first) ? `usr/${path}` : path;
}

async function itemEntries(item: Exclude<RecipeItem, { applets: string }>, root: string): Promise<LayerEntry[]> {
  if ("take" in item) return await treeEntries(join(root, item.take), item.as ?? item.take, []);
  if ("host" in item) return await treeEntries(await realpath(item.host), item.as, item.without ?? []);
  if ("text" in item) {
    return [{ type: "file", path: item.path, mode: item.mode ?? 0o644, content: Buffer.from(item.text) }];
  }
  if ("link" in item) return [{ type: "link", path: item.path, target: item.link }];
  if ("joined" in item) return [await joinedEntry(item.path, join(root, item.joined))];
  const owner = item.owner ?? 0;
  return [{ type: "directory", path: item.path, mode: item.mode ?? 0o755, uid: owner, gid: owner }];
}

/** A file, a link or a whole folder on disk. */
async function treeEntries(disk: string, path: string, without: readonly string[]): Promise<LayerEntry[]> {
  const info = await lstat(disk);
  if (info.isSymbolicLink()) return [{ type: "link", path, target: await readlink(disk) }];
  // No program of an image gains rights by being run.
  const mode = info.mode & 0o1777;
  if (info.isFile()) return [{ type: "file", path, mode, content: { disk, size: info.size } }];
  if (!info.isDirectory()) throw new Error(`${disk} is neither file, folder nor link`);
  const entries: LayerEntry[] = [{ type: "directory", path, mode: mode | 0o755 }];
  for (const name of await readdir(disk)) {
    if (!without.includes(name)) entries.push(...(await treeEntries(join(disk, name), `${path}/${name}`, [])));
  }
  // The folder itself may be a link in the image (bin -> usr/bin).
  return mergedFolders.has(path) ? entries.slice(1) : entries;
}

async function joinedEntry(path: string, folder: string): Promise<LayerEntry> {
  const names = (await readdir(folder)).sort();
  const parts = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return { type: "file", path, mode: 0o644, content: Buffer.concat(parts) };
}

async function appletLinks(
  item: { readonly applets: string; readonly folder: string },
  root: string,
  present: ReadonlyMap<string, LayerEntry>,
): Promise<LayerEntry[]> {
  const { stdout } = await run([join(root, item.applets), "--list"]);
  const names = stdout.split("\n").filter((name) => name !== "" && name !== "busybox");
  return names
    .map((name): LayerEntry => ({ type: "link", path: `${item.folder}/${name}`, target: `/${item.applets}` }))
    .filter(({ path }) => !present.has(merged(path)));
}

/** The loader and every library that a program of the image needs, from the unpacked packages only. */
async function libraryEntries(entries: readonly LayerEntry[], root: string, name: string): Promise<LayerEntry[]> {
  const programs = await dynamicPrograms(entries);
  if (programs.length === 0) return [];
  const loader = await findLoader(root, name);
  const folders = await libraryFolders(root);
  const found = new Set<string>();
  for (const program of programs) {
    const { stdout } = await run([loader.path, "--library-path", folders.join(":"), "--list", program]);
    const answer = parseLibraries(stdout);
    // What this machine has in its own folders does not count.
    const outside = answer.found.filter((path) => !path.startsWith(`${root}/`) && !isLoader(path));
    const missing = [...answer.missing, ...outside.map((path) => basename(path))];
    if (missing.length > 0) {
      throw new Error(`the image ${name} lacks ${missing.join(", ")} for ${program}: add the package to its recipe`);
    }
    for (const path of answer.found) if (!isLoader(path)) found.add(path);
  }
  const libraries = await Promise.all([...found].map((path) => libraryEntry(path, relative(root, path))));
  return [...libraries, await libraryEntry(loader.path, loader.interpreter)];
}

async function libraryEntry(disk: string, path: string): Promise<LayerEntry> {
  const real = await realpath(disk);
  return { type: "file", path, mode: 0o755, content: { disk: real, size: (await stat(real)).size } };
}

function isLoader(path: string): boolean {
  return /^ld-linux.*\.so\.\d+$/.test(basename(path));
}

/** The loader on disk, and the path that programs name as their interpreter. */
async function findLoader(root: string, name: string): Promise<{ path: string; interpreter: string }> {
  for (const folder of ["lib64", "lib"]) {
    const file = (await namesIn(join(root, folder))).find(isLoader);
    if (!file) continue;
    const target = await readlink(join(root, folder, file)).catch(() => undefined);
    // The package's link is absolute and would lead out of the folder it was unpacked in.
    const path =
      target === undefined ? join(root, folder, file) : join(root, target.startsWith("/") ? "" : folder, target);
    return { path, interpreter: `${folder}/${file}` };
  }
  throw new Error(`the image ${name} has dynamic programs but libc6 is not among its packages`);
}

async function libraryFolders(root: string): Promise<string[]> {
  const found: string[] = [];
  for (const base of ["lib", "usr/lib"]) {
    for (const name of await namesIn(join(root, base))) {
      if (name.endsWith("-linux-gnu")) found.push(join(root, base, name));
    }
  }
  return found;
}

const elf = Buffer.from([0x7f, 0x45, 0x4c, 0x46]);

/** Disk paths of ELF files that name an interpreter or libraries: those with a dynamic section. */
async function dynamicPrograms(entries: readonly LayerEntry[]): Promise<string[]> {
  const found = new Set<string>();
  for (const entry of entries) {
    if (entry.type !== "file" || entry.content instanceof Uint8Array) continue;
    if (await isDynamic(entry.content.disk)) found.add(await realpath(entry.content.disk));
  }
  return [...found];
}

/** Reads the program headers of a 64-bit little-endian ELF file; type 2 is the dynamic section. */
async function isDynamic(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(4096);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    if (bytesRead < 64 || !head.subarray(0, 4).equals(elf)) return false;
    const offset = Number(head.readBigUInt64LE(32));
    const size = head.readUInt16LE(54);
    const count = head.readUInt16LE(56);
    const types = Array.from({ length: count }, (_, index) => offset + index * size)
      .filter((at) => at + 4 <= bytesRead)
      .map((at) => head.readUInt32LE(at));
    return types.includes(3) && types.includes(2);
  } finally {
    await file.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
