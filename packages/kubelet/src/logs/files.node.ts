// The files of one run of a container: the one that is written, and those that were rotated away.
import { readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isMissing } from "@knots/host";

/** Rotated files are called `0.log.20260101-120000`, compressed ones end in `.gz`. */
const ROTATED = /^\.\d{8}-\d{6}(\.gz)?$/;

/** Paths in the order of writing; the last is the one being written, whether it exists or not. */
export async function logFiles(path: string): Promise<readonly string[]> {
  const [folder, name] = [dirname(path), basename(path)];
  try {
    const names = await readdir(folder);
    const rotated = names.filter((each) => each.startsWith(name) && ROTATED.test(each.slice(name.length))).toSorted();
    // A file that is being compressed is there twice for a moment.
    const single = rotated.filter((each) => !(each.endsWith(".gz") && rotated.includes(each.slice(0, -3))));
    return [...single.map((each) => join(folder, each)), path];
  } catch (error) {
    if (isMissing(error)) return [path];
    throw error;
  }
}
