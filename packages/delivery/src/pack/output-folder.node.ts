// Finds the folder with the finished pages: the one that was named, or where the usual tools write.
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";

/** Where tools write, the surest first: `public` is the source of some and the result of others. */
export const USUAL_FOLDERS = ["dist", "build", "out", ".output/public", "_site", "public"] as const;

/** Folders in folders that are followed when each holds nothing but the next, as in dist/app/browser. */
const DEPTH = 3;

export type OutputFolder =
  | { readonly found: true; readonly path: string /** Relative to the source. */; readonly name: string }
  | { readonly found: false /** What was looked for. */; readonly looked: readonly string[] };

/** `source` is the folder of the site in the repository; `wanted` is relative to it, empty when nothing was named. */
export async function findOutput(source: string, wanted: string): Promise<OutputFolder> {
  if (wanted !== "") {
    const path = join(source, wanted);
    return (await isFolder(path)) ? { found: true, path, name: wanted } : { found: false, looked: [wanted] };
  }
  for (const name of USUAL_FOLDERS) {
    const path = await withPages(join(source, name), DEPTH);
    if (path !== undefined) return { found: true, path, name: relative(source, path) };
  }
  // Source that is to be built has an index.html too, which is no finished page.
  if (!(await isBuilt(source)) && (await hasIndex(source))) return { found: true, path: source, name: "." };
  return { found: false, looked: USUAL_FOLDERS };
}

async function withPages(path: string, depth: number): Promise<string | undefined> {
  if (depth < 0 || !(await isFolder(path))) return undefined;
  if (await hasIndex(path)) return path;
  const [only, ...more] = await readdir(path);
  return only !== undefined && more.length === 0 ? await withPages(join(path, only), depth - 1) : undefined;
}

const hasIndex = (path: string): Promise<boolean> =>
  stat(join(path, "index.html")).then(
    (info) => info.isFile(),
    () => false,
  );

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );

async function isBuilt(source: string): Promise<boolean> {
  try {
    const text = await readFile(join(source, "package.json"), "utf8");
    return typeof (JSON.parse(text) as { scripts?: { build?: unknown } }).scripts?.build === "string";
  } catch {
    return false;
  }
}
