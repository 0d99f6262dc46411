// The disk port on a real directory.

import { constants, type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { basename, join } from "node:path";
import type { Disk, DiskFile, DiskLock } from "./disk.ts";
import { StoreError } from "./error.ts";

const NO_SPACE = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Runs a file operation; turns what the operating system says into a `StoreError`. */
async function attempt<T>(what: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "unknown";
    const full = NO_SPACE.has(code);
    throw new StoreError(full ? "full" : "io", `cannot ${what}: ${full ? "no space left" : code}`, { cause });
  }
}

async function writeAll(handle: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

class NodeFile implements DiskFile {
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #name: string;
  /** The same file, opened so that each write is durable when it returns. */
  #through: Promise<FileHandle> | undefined;

  constructor(handle: FileHandle, path: string) {
    this.#handle = handle;
    this.#path = path;
    this.#name = basename(path);
  }

  async size(): Promise<number> {
    const { size } = await attempt(`look at ${this.#name}`, () => this.#handle.stat());
    return size;
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return attempt(`read ${this.#name}`, async () => {
      const bytes = Buffer.allocUnsafeSlow(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await this.#handle.read(bytes, done, length - done, position + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    });
  }

  write(position: number, bytes: Uint8Array): Promise<void> {
    return attempt(`write ${this.#name}`, () => writeAll(this.#handle, position, bytes));
  }

  writeThrough(position: number, bytes: Uint8Array): Promise<void> {
    return attempt(`write ${this.#name}`, async () => {
      this.#through ??= open(this.#path, constants.O_WRONLY | constants.O_DSYNC);
      await writeAll(await this.#through, position, bytes);
    });
  }

  truncate(length: number): Promise<void> {
    return attempt(`cut ${this.#name}`, () => this.#handle.truncate(length));
  }

  sync(): Promise<void> {
    return attempt(`sync ${this.#name}`, () => this.#handle.datasync());
  }

  close(): Promise<void> {
    return attempt(`close ${this.#name}`, async () => {
      await this.#handle.close();
      await (await this.#through)?.close();
    });
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Hard links: the copies share their bytes with files that are only appended to or replaced from now on. */
async function keep(directory: string, label: string): Promise<void> {
  const folder = join(directory, label);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    await link(join(directory, entry.name), join(folder, entry.name)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
  }
  await syncDirectory(folder);
  await syncDirectory(directory);
}

/**
 * Ownership by a listening socket: the kernel gives the name to one process and takes it back when that dies, so nothing stale can remain. On Linux the
 * name is abstract and made of the directory's device and inode; it holds within one network namespace.
 */
async function lock(directory: string): Promise<DiskLock> {
  const { dev, ino } = await attempt(`look at ${directory}`, () => stat(directory));
  const server = createServer((socket) => socket.destroy());
  await listen(server, `\0knots-store-${dev}-${ino}`, directory);
  server.unref();
  return { release: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

function listen(server: Server, path: string, directory: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === "EADDRINUSE";
      const message = taken ? `${directory} belongs to another process` : `cannot lock ${directory}: ${cause.code}`;
      reject(new StoreError(taken ? "locked" : "io", message, { cause }));
    });
    server.listen(path, resolve);
  });
}

/**
 * The files of `directory`, which is made (mode 0700) when it is missing. What root makes there belongs to the directory's owner: an administrator's command
 * must not lock out the process that the store belongs to.
 */
export async function openNodeDisk(directory: string): Promise<Disk> {
  await attempt(`make ${directory}`, () => mkdir(directory, { recursive: true, mode: 0o700 }));
  const { uid, gid } = await attempt(`look at ${directory}`, () => stat(directory));
  const forOther = process.getuid?.() === 0 && uid !== 0;
  const pathOf = (name: string): string => join(directory, name);
  const openFile = (name: string, flags: string): Promise<DiskFile> =>
    attempt(`open ${name}`, async () => {
      const handle = await open(pathOf(name), flags, 0o600);
      if (forOther) await handle.chown(uid, gid);
      return new NodeFile(handle, pathOf(name));
    });
  return {
    promise: "It survives the death of the process and, if the drive keeps its word about flushes, a power cut.",
    list: () => attempt(`list ${directory}`, () => readdir(directory)),
    create: (name) => openFile(name, "w+"),
    open: (name) => openFile(name, "r+"),
    rename: (from, to) => attempt(`rename ${from}`, () => rename(pathOf(from), pathOf(to))),
    remove: (name) => attempt(`remove ${name}`, () => rm(pathOf(name), { force: true })),
    keep: (label) => attempt(`keep the files of ${directory} as ${label}`, () => keep(directory, label)),
    syncDirectory: () => attempt(`sync ${directory}`, () => syncDirectory(directory)),
    lock: () => lock(directory),
  };
}
