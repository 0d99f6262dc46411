// The files of a finished site as layer entries: what goes in, with which mode and time, and what is refused.
import { createHash } from "node:crypto";
import { createReadStream, type Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { LayerEntry } from "@knots/host";

export interface PageLimits {
  readonly files: number;
  /** Bytes of all files together. */
  readonly bytes: number;
}

export const defaultPageLimits: PageLimits = { files: 100_000, bytes: 2 * 1024 ** 3 };

/** The folder cannot be packed; the message says why. */
export class UnusableOutputError extends Error {
  override readonly name = "UnusableOutputError";
}

export interface Pages {
  readonly entries: readonly LayerEntry[];
  readonly files: number;
  readonly bytes: number;
}

/** What never goes out: histories, dependencies and hidden files. */
const isLeftOut = (name: string): boolean =>
  name === "node_modules" || (name.startsWith(".") && name !== ".well-known");

/** Reads `folder` into entries below `place`. Throws an UnusableOutputError. */
export async function pageFiles(folder: string, place: string, limits: PageLimits = defaultPageLimits): Promise<Pages> {
  const root = await realpath(folder);
  const entries: LayerEntry[] = [{ type: "directory", path: place, mode: 0o755 }];
  const count = { files: 0, bytes: 0 };
  const add = async (path: string, item: Dirent): Promise<void> => {
    const inside = relative(root, path);
    const target = `${place}/${inside}`;
    if (item.isDirectory()) {
      entries.push({ type: "directory", path: target, mode: 0o755 });
      await walk(path);
    } else if (item.isSymbolicLink()) {
      entries.push({ type: "link", path: target, target: await linkTarget(root, path) });
    } else if (item.isFile()) {
      entries.push(await fileEntry(path, target));
      count.files += 1;
      count.bytes += (await stat(path)).size;
    } else {
      throw new UnusableOutputError(`${inside} is neither a file, a folder nor a link`);
    }
    if (count.files > limits.files) throw new UnusableOutputError(`it has more than ${limits.files} files`);
    if (count.bytes > limits.bytes) throw new UnusableOutputError(`it has more than ${limits.bytes} bytes`);
  };
  const walk = async (path: string): Promise<void> => {
    for (const item of await readdir(path, { withFileTypes: true })) {
      if (!isLeftOut(item.name)) await add(join(path, item.name), item);
    }
  };
  await walk(root);
  if (count.files === 0) throw new UnusableOutputError("it has no files");
  return { entries, ...count };
}

/** Where a link leads, relative to itself. A link that leads out would show files of the server. */
async function linkTarget(root: string, path: string): Promise<string> {
  const name = relative(root, path);
  const target = await realpath(path).catch(() => {
    throw new UnusableOutputError(`the link ${name} leads nowhere`);
  });
  if (target !== root && !target.startsWith(`${root}/`))
    throw new UnusableOutputError(`the link ${name} leads out of the folder`);
  return relative(dirname(path), target) || ".";
}

async function fileEntry(disk: string, path: string): Promise<LayerEntry> {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(disk) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { type: "file", path, mode: 0o644, content: { disk, size }, modified: contentTime(hash.digest()) };
}

/**
 * A time that follows from the content. The server makes a file's validator (ETag) from its time and size: with one time
 * for all files, a changed page of equal length would look unchanged to every browser that has seen it.
 */
export function contentTime(hash: Uint8Array): number {
  const bits = new DataView(hash.buffer, hash.byteOffset, 4).getUint32(0) >>> 2;
  return 315_532_800 + bits;
}
