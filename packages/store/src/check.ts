// Integrity: every byte of the store's files read again and compared with its checksum, while the store works or before it is opened.

import type { Disk } from "./disk.ts";
import { StoreError } from "./error.ts";
import { CHAIN_START, PREAMBLE_SIZE, readPreamble, scanFrames } from "./frame.ts";
import { recover } from "./recover.ts";
import type { Revision, StoreCheck } from "./store.ts";
import { treeSize } from "./tree.ts";

/** A file, and how much of it counts. */
export interface CheckedFile {
  readonly name: string;
  readonly bytes: number;
}

/** Reads `files`, a bounded amount per turn of the event loop. `isThere` says whether a file still belongs to the store when it could not be read. */
export async function checkFiles(
  disk: Pick<Disk, "open">,
  files: readonly CheckedFile[],
  isThere: (name: string) => boolean,
): Promise<StoreCheck> {
  let [checked, bytes] = [0, 0];
  const problems: string[] = [];
  for (const file of files) {
    const problem = await problemOf(disk, file);
    if (problem !== undefined && !isThere(file.name)) continue;
    checked++;
    bytes += file.bytes;
    if (problem !== undefined) problems.push(`${file.name}: ${problem}`);
  }
  return { files: checked, bytes, problems };
}

async function problemOf(disk: Pick<Disk, "open">, { name, bytes }: CheckedFile): Promise<string | undefined> {
  try {
    const file = await disk.open(name);
    try {
      if ((await file.size()) < bytes) return `it is shorter than the ${bytes} bytes that were written`;
      if (readPreamble(await file.read(0, PREAMBLE_SIZE), name) === undefined) return "it has no sound preamble";
      const { end, damage } = await scanFrames(file, Math.max(bytes, CHAIN_START.position), () => undefined);
      return damage === undefined ? undefined : `${damage} at byte ${end.position}`;
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof StoreError) return error.message;
    throw error;
  }
}

/** What the files of a store that nobody has open hold. */
export interface StoredReport {
  readonly revision: Revision;
  readonly compactedRevision: Revision;
  readonly keys: number;
  readonly version: number | undefined;
  /** An unfinished write at the end of the log, which the next opening cuts off. */
  readonly torn?: string | undefined;
}

/** Reads the whole store as an opening would, and changes nothing. Throws what an opening would: `locked`, `corrupt`, `format`, `io`. */
export async function checkStore(disk: Disk): Promise<StoredReport> {
  const lock = await disk.lock();
  try {
    const { state, last, version } = await recover(disk);
    await last?.close();
    const { revision, compacted, keys } = state;
    return { revision, compactedRevision: compacted, keys: treeSize(keys), version, torn: last?.torn?.message };
  } finally {
    await lock.release();
  }
}
