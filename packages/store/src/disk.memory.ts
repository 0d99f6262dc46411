// A disk in memory: for in-process clusters that want the log without files, and for tests.

import type { Disk, DiskFile, DiskLock } from "./disk.ts";
import { StoreError } from "./error.ts";

class Content {
  #bytes = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  read(position: number, length: number): Uint8Array {
    return this.#bytes.slice(position, Math.min(position + length, this.#length));
  }

  write(position: number, bytes: Uint8Array): void {
    const end = position + bytes.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, position);
    this.#length = Math.max(this.#length, end);
  }

  truncate(length: number): void {
    if (length > this.#length) this.write(this.#length, new Uint8Array(length - this.#length));
    // What a later write skips over must read as zeros, as in a real file.
    this.#bytes.fill(0, length);
    this.#length = length;
  }
}

function fileOf(content: Content): DiskFile {
  return {
    size: async () => content.length,
    read: async (position, length) => content.read(position, length),
    write: async (position, bytes) => content.write(position, bytes),
    writeThrough: async (position, bytes) => content.write(position, bytes),
    truncate: async (length) => content.truncate(length),
    sync: async () => undefined,
    close: async () => undefined,
  };
}

/** An empty disk, or one that holds copies of `files`. */
export function createMemoryDisk(files: Iterable<readonly [string, Uint8Array]> = []): Disk {
  const contents = new Map<string, Content>();
  for (const [name, bytes] of files) {
    const content = new Content();
    content.write(0, bytes);
    contents.set(name, content);
  }
  let locked = false;
  const find = (name: string): Content => {
    const content = contents.get(name);
    if (content === undefined) throw new StoreError("io", `no file ${name}`);
    return content;
  };
  return {
    promise: "It lives in this process's memory only.",
    list: async () => [...contents.keys()],
    async create(name) {
      const content = new Content();
      contents.set(name, content);
      return fileOf(content);
    },
    open: async (name) => fileOf(find(name)),
    async rename(from, to) {
      contents.set(to, find(from));
      contents.delete(from);
    },
    remove: async (name) => void contents.delete(name),
    async keep(label) {
      for (const [name, content] of contents) {
        if (name.includes("/")) continue;
        const copy = new Content();
        copy.write(0, content.read(0, content.length));
        contents.set(`${label}/${name}`, copy);
      }
    },
    syncDirectory: async () => undefined,
    async lock(): Promise<DiskLock> {
      if (locked) throw new StoreError("locked", "the disk belongs to another store");
      locked = true;
      return {
        release: async () => {
          locked = false;
        },
      };
    },
  };
}
