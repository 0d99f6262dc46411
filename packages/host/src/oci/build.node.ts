// Builds an image from its recipe, once: the result is found again by the hash of everything that went into it.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { hasCode, isMissing } from "../files/atomic.node.ts";
import { type AptOptions, defaultPartsCache, fetchPackages, resolvePackages } from "../parts/apt.node.ts";
import { packageError } from "../parts/error.ts";
import { run } from "../process/run.node.ts";
import { writeLayer } from "./blobs.node.ts";
import { collectEntries } from "./collect.node.ts";
import { type LocalImage, readImage, writeImage } from "./layout.node.ts";
import type { ImageRecipe } from "./recipe.ts";

export interface BuildOptions extends AptOptions {
  /** Folder of finished images. */
  readonly images: string;
  /** Shared folder of downloaded packages; defaultPartsCache() when not given. */
  readonly cache?: string;
}

/** Packages that only maintainer scripts need; no image has any. */
const scriptPackages = new Set([
  "adduser",
  "debconf",
  "dpkg",
  "init-system-helpers",
  "libperl5.36",
  "lsb-base",
  "passwd",
  "perl",
  "perl-base",
  "perl-modules-5.36",
  "sysvinit-utils",
  "usrmerge",
]);

/** The image of this recipe: as built before, instantly, or built now. Rejects with PackageError or what is missing. */
export async function ensureImage(recipe: ImageRecipe, options: BuildOptions): Promise<LocalImage> {
  const place = join(options.images, `${recipe.name}-${(await recipeHash(recipe)).slice(0, 16)}`);
  if (await present(join(place, "index.json"))) return await readImage(place);
  await mkdir(options.images, { recursive: true, mode: 0o700 });
  const staging = await mkdtemp(join(options.images, `.building-${recipe.name}-`));
  try {
    const root = join(staging, "root");
    await unpackClosure(recipe, root, options);
    options.progress?.(`packing image ${recipe.name}`);
    const layout = join(staging, "layout");
    const layer = await writeLayer(layout, await collectEntries(recipe, root), recipe.compression ?? 6);
    const parts = {
      layers: [layer],
      run: recipe.run,
      architecture: goArchitecture(),
      createdBy: `knots ${recipe.name}`,
    };
    await writeImage(layout, recipe.tags, parts);
    await rename(layout, place).catch((error: unknown) => {
      // Somebody else built the same image at the same time and was first.
      if (!hasCode(error, "ENOTEMPTY", "EEXIST")) throw error;
    });
  } catch (error) {
    throw packageError(error, recipe.packages);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return await readImage(place);
}

async function unpackClosure(recipe: ImageRecipe, root: string, options: BuildOptions): Promise<void> {
  const all = await resolvePackages(recipe.packages, options);
  const wanted = all.filter(({ name }) => recipe.packages.includes(name) || !scriptPackages.has(name));
  const files = await fetchPackages(wanted, options.cache ?? defaultPartsCache(), options);
  options.progress?.(`unpacking ${files.length} packages for image ${recipe.name}`);
  await mkdir(root, { recursive: true });
  for (const file of files) await run(["dpkg-deb", "--extract", file, root]);
}

/** Of the recipe, and of the machine's files in it by size and time of change. */
async function recipeHash(recipe: ImageRecipe): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(recipe)).update(process.arch);
  for (const item of recipe.items) {
    if (!("host" in item)) continue;
    const { size, mtimeMs } = await stat(item.host);
    hash.update(`${item.host} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function goArchitecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}

/** Removes what builds left whose process was killed. Call when no build runs on this folder. */
export async function removeUnfinishedBuilds(images: string): Promise<void> {
  const names = await readdir(images).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for (const name of names.filter((entry) => entry.startsWith(".building-"))) {
    await rm(join(images, name), { recursive: true, force: true });
  }
}

async function present(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
